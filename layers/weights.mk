# A layer of the weights $(NAMES). They are not in git, so pull them first; a function downloads
# nothing. Each layer's Makefile sets NAMES, and includes this file.
LAYERS := $(abspath $(dir $(lastword $(MAKEFILE_LIST))))
ROOT   := $(abspath $(LAYERS)/..)
PYTHON ?= $(firstword $(wildcard $(ROOT)/.venv/bin/python) python3)
FIND   := import sys; from expunge.models import installed; print(*map(installed, sys.argv[1:]))

# `sam build` calls build-<logical id>, in a copy of the layer's folder.
build-%:
	@mkdir -p "$(ARTIFACTS_DIR)/models"
	@weights=$$(PYTHONPATH="$(ROOT)/functions" $(PYTHON) -c '$(FIND)' $(NAMES) 2>/dev/null) \
	&& cp $$weights "$(ARTIFACTS_DIR)/models/" \
	|| echo "Not in the layer: $(NAMES). Run: make models" | tee "$(ARTIFACTS_DIR)/models/MISSING"
