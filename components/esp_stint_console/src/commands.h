/* The commands, each as esp_console calls it: 0 when it did what was asked.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef ESP_STINT_CONSOLE_COMMANDS_H
#define ESP_STINT_CONSOLE_COMMANDS_H

int command_ifconfig(int argc, char **argv);
int command_netstat(int argc, char **argv);
int command_ping(int argc, char **argv);
int command_nslookup(int argc, char **argv);
int command_iperf(int argc, char **argv);
int command_stint(int argc, char **argv);

#endif
