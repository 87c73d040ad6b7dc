"""What is measured: ``python -m tests.benchmarks [NAME…]`` prints each figure against a floor taken in the same run."""
