"""Neural networks: read and write ONNX files, quantise them, run them on the available CPUs."""
