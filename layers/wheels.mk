# The build rule of every layer: download the locked wheels for the runtime's platform,
# unpack them into python/, remove files that no running function reads, strip libraries
# (strip.py) and compile the rest (bytecode.py). Licences and the wheels' metadata stay. A layer's Makefile can list more files to
# remove in UNUSED, and commands in CUT, before compilation, and in BESIDE, which adds files.
# tests/lambdas/test_layers.py uses the result.
#
# pip selects wheels by tag alone, so no compiler, emulator or container is needed.
# Amazon Linux 2023 has glibc 2.34, so wheels up to manylinux_2_34 would run.
# `pip install` checks Requires-Python against the running Python, not the target; the lock
# has checked it already.
RULES          := $(abspath $(dir $(lastword $(MAKEFILE_LIST))))
VENV           := $(abspath $(RULES)/../.venv/bin/python)
PYTHON         ?= $(firstword $(wildcard $(VENV)) python3)
PYTHON_VERSION ?= 3.13
PLATFORMS      ?= manylinux_2_28_aarch64 manylinux_2_17_aarch64 manylinux2014_aarch64
REQUIREMENTS   ?= requirements.txt
SITE            = $(ARTIFACTS_DIR)/python

# `sam build` calls build-<logical id>, in a copy of the layer's folder.
build-%:
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-compile --no-deps \
		--require-hashes --only-binary=:all: $(addprefix --platform ,$(PLATFORMS)) \
		--implementation cp --python-version $(PYTHON_VERSION) --ignore-requires-python \
		--target "$(SITE)" --requirement $(REQUIREMENTS)
	cd "$(SITE)" && rm -rf bin include $(UNUSED)
	find "$(SITE)" -type d \( -name tests -o -name __pycache__ \) -prune -exec rm -rf {} +
	find "$(SITE)" -type f \( -name '*.pyi' -o -name '*.[ach]' -o -name '*.pxd' \) -delete
	$(CUT)
	$(PYTHON) $(RULES)/strip.py "$(SITE)"
	$(PYTHON) $(RULES)/bytecode.py "$(SITE)" $(PYTHON_VERSION)
	$(BESIDE)
