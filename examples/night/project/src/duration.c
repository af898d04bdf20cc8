#include "duration.h"

#include <stdint.h>

static long unit_seconds(char unit) {
  switch (unit) {
    case 'd': return 86400;
    case 'h': return 3600;
    case 'm': return 60;
    case 's': return 1;
    default: return -1;
  }
}

long duration_seconds(const char *text) {
  int64_t total = 0;
  int64_t number = 0;
  int digits = 0;
  int terms = 0;

  for (; *text != '\0'; ++text) {
    if (*text >= '0' && *text <= '9') {
      number = number * 10 + (*text - '0');
      if (number > INT32_MAX) return -1;
      ++digits;
      continue;
    }
    const long unit = unit_seconds(*text);
    if (unit < 0 || digits == 0) return -1;
    total += number * unit;
    if (total > INT32_MAX) return -1;
    digits = 0;
    ++terms;
  }
  return digits == 0 && terms > 0 ? (long)total : -1;
}
