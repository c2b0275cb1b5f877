/* A recording file holds whole blocks, at any time.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#define _GNU_SOURCE 1

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "stint_linux/pcap_file.h"

static void blocks_are_in_the_file_before_it_is_closed(void **state)
{
    (void)state;
    char path[] = "/tmp/stint-pcap-XXXXXX";
    const int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    struct stint_linux_pcap_file pcap;
    assert_true(stint_linux_pcap_open(&pcap, path));
    const struct stint_recording_sink sink = stint_linux_pcap_sink(&pcap);
    sink.write(sink.context, stint_view_of("block one;", 10));
    sink.write(sink.context, stint_view_of("block two;", 10));
    char content[32] = "";
    assert_int_equal(read(descriptor, content, sizeof(content) - 1), 20);
    assert_string_equal(content, "block one;block two;");
    stint_linux_pcap_close(&pcap);
    close(descriptor);
    unlink(path);
}

static void a_full_disk_ends_the_recording(void **state)
{
    (void)state;
    struct stint_linux_pcap_file pcap;
    assert_true(stint_linux_pcap_open(&pcap, "/dev/full"));
    const struct stint_recording_sink sink = stint_linux_pcap_sink(&pcap);
    sink.write(sink.context, stint_view_of("block", 5));
    assert_true(pcap.failed);
    sink.write(sink.context, stint_view_of("block", 5));
    stint_linux_pcap_close(&pcap);
}

static void a_path_that_cannot_be_written_is_refused(void **state)
{
    (void)state;
    struct stint_linux_pcap_file pcap;
    assert_false(stint_linux_pcap_open(&pcap, "/nonexistent/file"));
    stint_linux_pcap_close(&pcap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_in_the_file_before_it_is_closed),
        cmocka_unit_test(a_full_disk_ends_the_recording),
        cmocka_unit_test(a_path_that_cannot_be_written_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
