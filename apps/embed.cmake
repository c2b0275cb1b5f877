# Makes a C source of the status page: the style and the script take their places in the document, and the document becomes an
# array of bytes.
# SPDX-License-Identifier: Apache-2.0 OR MIT
#
#   cmake -D FOLDER=apps/web -D OUTPUT=status_html.c -P embed.cmake
cmake_minimum_required(VERSION 3.25)
file(READ ${FOLDER}/status.html document)
file(READ ${FOLDER}/status.css style)
file(READ ${FOLDER}/status.js script)
string(REPLACE "@style@" "${style}" document "${document}")
string(REPLACE "@script@" "${script}" document "${document}")
file(WRITE ${OUTPUT}.html "${document}")
file(READ ${OUTPUT}.html bytes HEX)
string(LENGTH "${bytes}" digits)
math(EXPR length "${digits} / 2")
string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE ${OUTPUT} "/* The status page, made from status.html, status.css and status.js.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include \"web/status_html.h\"

const unsigned char status_html[] = {
${bytes}
};
const size_t status_html_length = ${length};
")
