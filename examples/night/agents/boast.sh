#!/bin/sh
# Claims success and leaves nothing behind.
echo "All done! I have refactored the parser and every test passes."
