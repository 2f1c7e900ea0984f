"""TensorFlow Lite files, read and written as ONNX during installation. No service imports this."""
