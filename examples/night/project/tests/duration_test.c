#include <stdio.h>

#include "duration.h"

static int failures = 0;

static void expect(const char *text, long wanted) {
  const long got = duration_seconds(text);
  if (got == wanted) {
    printf("ok    \"%s\" is %ld\n", text, wanted);
    return;
  }
  printf("FAIL  \"%s\" should be %ld, is %ld\n", text, wanted, got);
  ++failures;
}

int main(void) {
  expect("0s", 0);
  expect("45s", 45);
  expect("90m", 5400);
  expect("2h", 7200);
  expect("7d", 604800);
  expect("1h30m", 5400);
  expect("", -1);
  expect("12", -1);
  expect("h", -1);
  expect("1w", -1);
  expect("99999999999s", -1);
  if (failures > 0) printf("%d failed\n", failures);
  return failures > 0;
}
