/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_TRACEPOINT_H
#define SHIM_TRACEPOINT_H

/* Events have no format in user space, but somebody may be told of them. */
#include <linux/types.h>

#define TP_PROTO(...)	__VA_ARGS__
#define TP_ARGS(...)	__VA_ARGS__

/* There is one probe of each for the whole program, and one who looks. */
#define SHIM_EVENT(name, proto, args)					\
	__attribute__((weak)) void (*shim_probe_##name)(void *data, proto); \
	__attribute__((weak)) void *shim_data_##name;			\
									\
	static inline void trace_##name(proto)				\
	{								\
		if (shim_probe_##name)					\
			shim_probe_##name(shim_data_##name, args);	\
	}								\
									\
	static inline int						\
	register_trace_##name(void (*probe)(void *data, proto), void *data) \
	{								\
		shim_probe_##name = probe;				\
		shim_data_##name = data;				\
		return 0;						\
	}								\
									\
	static inline int						\
	unregister_trace_##name(void (*probe)(void *data, proto), void *data) \
	{								\
		(void)probe;						\
		(void)data;						\
		shim_probe_##name = NULL;				\
		return 0;						\
	}								\
	struct shim_end_of_##name

#define DECLARE_EVENT_CLASS(name, ...)	struct shim_class_##name
#define DEFINE_EVENT(class, name, proto, args) \
	SHIM_EVENT(name, TP_PROTO(proto), TP_ARGS(args))
#define TRACE_EVENT(name, proto, args, ...) \
	SHIM_EVENT(name, TP_PROTO(proto), TP_ARGS(args))

static inline void tracepoint_synchronize_unregister(void)
{
}

#endif /* SHIM_TRACEPOINT_H */
