"""Speed and size, as ratios to the limit measured in the same run. `make bench` runs all; nothing asserts a time."""
