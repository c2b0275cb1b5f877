/* A pcapng file as the sink of a recording device.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "stint_linux/pcap_file.h"

bool stint_linux_pcap_open(struct stint_linux_pcap_file *pcap, const char *path)
{
    pcap->failed = false;
    pcap->file = fopen(path, "wbe");
    if (pcap->file == NULL) {
        return false;
    }
    /* Each block is one write: the recording of a process that is killed is whole. */
    setvbuf(pcap->file, NULL, _IONBF, 0);
    return true;
}

static void write_block(void *context, struct stint_view block)
{
    struct stint_linux_pcap_file *pcap = context;
    if (pcap->failed || pcap->file == NULL) {
        return;
    }
    /* Whatever followed half a block would be unreadable: a full disk ends the recording. */
    pcap->failed = fwrite(block.bytes, 1, block.length, pcap->file) != block.length;
}

struct stint_recording_sink stint_linux_pcap_sink(struct stint_linux_pcap_file *pcap)
{
    return (struct stint_recording_sink){.write = write_block, .context = pcap};
}

void stint_linux_pcap_close(struct stint_linux_pcap_file *pcap)
{
    if (pcap->file != NULL) {
        fclose(pcap->file);
        pcap->file = NULL;
    }
}
