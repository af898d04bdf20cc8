/* Durations as people write them: one or more terms of a whole number and a unit, d, h, m or s. */
#ifndef DURATION_H
#define DURATION_H

/* "1h30m" -> 5400. -1: not a duration, or longer than about 68 years (INT32_MAX seconds). */
long duration_seconds(const char* text);

#endif
