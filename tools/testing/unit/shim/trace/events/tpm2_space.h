/* SPDX-License-Identifier: GPL-2.0-only */
/* Nobody traces in user space; but what would be traced is computed. */
#ifndef SHIM_TRACE_TPM2_SPACE_H
#define SHIM_TRACE_TPM2_SPACE_H

#define SHIM_TRACE(chip, what, value) \
	((void)(chip), (void)(what), (void)(value))

#define trace_tpm2_space_start(...)	SHIM_TRACE(__VA_ARGS__)
#define trace_tpm2_space_wait(...)	SHIM_TRACE(__VA_ARGS__)
#define trace_tpm2_space_evict(...)	SHIM_TRACE(__VA_ARGS__)
#define trace_tpm2_space_replay(...)	SHIM_TRACE(__VA_ARGS__)
#define trace_tpm2_space_regap(...)	SHIM_TRACE(__VA_ARGS__)
#define trace_tpm2_space_adopt(...)	SHIM_TRACE(__VA_ARGS__)

#endif /* SHIM_TRACE_TPM2_SPACE_H */
