#!/bin/sh
# Says one thing and then nothing for ever, like an agent that waits for an answer nobody will give.
echo "Shall I go on? [y/N]"
sleep 3600
