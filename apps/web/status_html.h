/* The text of the status page, made by the build from status.html, status.css and status.js.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_APPS_WEB_STATUS_HTML_H
#define STINT_APPS_WEB_STATUS_HTML_H

#include <stddef.h>

extern const unsigned char status_html[];
extern const size_t status_html_length;

#endif
