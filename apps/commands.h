/* The commands of stint(1). Each reads its own arguments (argv[0] is its name) and returns the exit
 * code. SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#ifndef STINT_APPS_COMMANDS_H
#define STINT_APPS_COMMANDS_H

int command_demo(int argc, char **argv);
int command_host(int argc, char **argv);
int command_run(int argc, char **argv);
int command_ping(int argc, char **argv);
int command_perf(int argc, char **argv);
int command_relay(int argc, char **argv);

#endif
