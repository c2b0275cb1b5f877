/* A pcapng file as the sink of a recording device.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_STINT_LINUX_PCAP_FILE_H
#define STINT_STINT_LINUX_PCAP_FILE_H

#include "stint/device/recording.h"
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

struct stint_linux_pcap_file {
    FILE *file;
    bool failed;
};

bool stint_linux_pcap_open(struct stint_linux_pcap_file *pcap, const char *path);
struct stint_recording_sink stint_linux_pcap_sink(struct stint_linux_pcap_file *pcap);
void stint_linux_pcap_close(struct stint_linux_pcap_file *pcap);

#ifdef __cplusplus
}
#endif

#endif
