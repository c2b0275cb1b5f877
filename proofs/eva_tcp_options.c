/* Interpretation of how wire/tcp_options writes, any options into every room up to 48; that it
 * reads right is shown by wp_tcp_options. SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * sources: base/bytes.c
 */
#include "tcp_options_model.h"

static void emit(size_t room)
{
    struct stint_tcp_options options;
    any_options(&options);
    struct stint_writer writer = writer_with_room(room);
    stint_tcp_options_emit(&options, &writer);
    close_writer(&writer);
}

int main(void)
{
    for (size_t room = 0; room <= 48; room++) {
        emit(room);
    }
    Frama_C_show_each_end();
    return 0;
}
