"""A network ready to run, with one thread per CPU."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from expunge.imaging.networks.runtime import onnxruntime
from expunge.imaging.networks.threads import cpus

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ERRORS_ONLY = 3
_AS_ASKED = 1
"""``kSameAsRequested``, an onnxruntime arena setting."""


@cache
def _register_arena() -> None:
    """Share one memory arena among all sessions; it grows as requested, not by powers of two."""
    kind, purpose = onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, onnxruntime.OrtMemType.DEFAULT
    memory = onnxruntime.OrtMemoryInfo("Cpu", kind, 0, purpose)
    onnxruntime.create_and_register_allocator(memory, onnxruntime.OrtArenaCfg(0, _AS_ASKED, -1, -1))


class NetworkInvalid(Exception):
    """onnxruntime rejects the file, or the network has other inputs than it should."""


class Network:
    """One session of onnxruntime, with one input, or with inputs of known names.

    Attributes
    ----------
    dtype
        Type of the input: ``uint8`` or ``float32``.
    outputs
        Names of the outputs.
    """

    def __init__(self, model: bytes, inputs: tuple[str, ...] = ()) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = cpus()
        options.log_severity_level = _ERRORS_ONLY
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # Inputs have many sizes, and onnxruntime would keep a separate memory plan for each.
        options.enable_mem_pattern = False
        _register_arena()
        options.add_session_config_entry("session.use_env_allocators", "1")
        try:
            self._session = onnxruntime.InferenceSession(
                model, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's own classes have no common base
            raise NetworkInvalid("onnxruntime cannot load the file") from error
        found = self._session.get_inputs()
        names = tuple(one.name for one in found)
        if len(names) != 1 if not inputs else set(names) != set(inputs):
            wanted = " and ".join(inputs) or "one"
            raise NetworkInvalid(f"the network has {len(names)} inputs, not {wanted}")
        self._names = inputs or names
        self.dtype = "uint8" if found[0].type == "tensor(uint8)" else "float32"
        self.outputs = tuple(output.name for output in self._session.get_outputs())

    def run(self, *blobs: NDArray[Any], release: bool = False) -> list[NDArray[np.float32]]:
        """The outputs for one input, or for inputs in the order of their names.

        ``release`` frees the working memory after the run. Otherwise it is kept for the next
        run, which then takes a third less time.
        """
        options = onnxruntime.RunOptions()
        if release:
            options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
        outputs: list[NDArray[np.float32]] = self._session.run(
            None, dict(zip(self._names, blobs, strict=True)), options
        )
        return outputs
