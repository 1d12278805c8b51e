"""Networks of the layer: training, recording, probes, evidence, sweeps."""
