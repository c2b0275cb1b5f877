/* sources: wire/address.c
 */
#define STINT_ALIGN_WORDS
#define stint_word_offset word_offset_of_machine
#include "stint/base/words.h"
#undef stint_word_offset
#include "unknown.h"
static size_t stint_word_offset(const uint8_t *bytes);
