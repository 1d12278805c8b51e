"""The chapters in reading order."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Chapter:
    """One page: its name in URLs and folders, its group, script and title, the sentence under it, and its main slider's key, if any."""

    name: str
    group: str
    script: str
    title: str
    promise: str
    slider: str | None
    words: tuple[str, ...] = ()  # that its texts link to, of assets/glossary.toml
    borrowed: tuple[str, ...] = ()  # settings that belong to another chapter as well
    trains: bool = False  # whether its main slider starts a training run, and so moves no picture while it is held

    @property
    def url(self) -> str:
        """The path of the page on the server."""
        return "/" if self.script == "app.py" else f"/{self.name}"


# The settings of a layer of the reader's own, which two chapters show and `ui.brought.layer` keeps for both.
LAYER = tuple(
    f"yl_{name}" for name in ("from", "gamma", "beta", "mean", "var", "eps", "decay", "got", "paste", "layer")
)
SEE, TRAIN, USE, TEACH = "See it", "Train with it", "Use it", "Teach it"

CHAPTERS: tuple[Chapter, ...] = (
    Chapter(
        name="lab",
        group=SEE,
        script="app.py",
        title="Batch Norm Lab",
        promise="Deep networks train more easily while their numbers keep to one scale. So batch norm gives "
        "each feature of a batch mean 0 and standard deviation 1, then a learned stretch $\\gamma$ and shift $\\beta$. "
        "**Drag a blue dot**: every orange one answers.",
        slider="gamma_0",
        words=("variance", "epsilon", "x-hat", "gamma", "divisor", "moving-average", "decay", "shift"),
        borrowed=LAYER,
    ),
    Chapter(
        name="why_normalize",
        group=SEE,
        script="pages/why_normalize.py",
        title="Why normalize?",
        promise="One feature is counted in years, another in kilometers. Does that matter? Move the **taxi** and watch the "
        "other cars.",
        slider="wn_ratio",
        words=("variance", "gradient", "eta", "kappa"),
    ),
    Chapter(
        name="inside_the_layer",
        group=SEE,
        script="pages/inside_the_layer.py",
        title="Inside the layer",
        promise="What happens to a batch inside the layer? Press **Next** and watch a column become its mean and "
        "[variance](#variance), then be normalized by them; point at any symbol to see the numbers it stands for.",
        slider="il_layers",
        words=("rows", "variance", "epsilon", "x-hat", "gamma", "moving-average", "divisor"),
        borrowed=("source", "batch", "read"),
    ),
    Chapter(
        name="scale_and_shift",
        group=SEE,
        script="pages/scale_and_shift.py",
        title="Scale and shift",
        promise="What does normalizing give an activation function, and what does it take? Move $\\gamma$ and watch the green "
        "squares.",
        slider="ss_gamma",
        words=("gamma", "x-hat", "flat", "gradient"),
    ),
    Chapter(
        name="training_vs_inference",
        group=SEE,
        script="pages/training_vs_inference.py",
        title="Training against inference",
        promise="For inference the layer keeps a [moving average](#moving-average) of what it saw in training. How good is it? Move the "
        "[**decay**](#decay), the weight of the old average, and watch the dashed line.",
        slider="ti_decay",
        words=("moving-average", "decay", "momentum", "divisor", "x-hat"),
    ),
    Chapter(
        name="train_a_network",
        group=TRAIN,
        script="pages/train_a_network.py",
        title="Train a network",
        promise="Two networks learn to read digits, from the same weights and batches; one has batch norm. **Choose a cell**, and "
        "both train there.",
        slider="tn_rate",
        words=("eta", "flat", "gradient"),
        trains=True,
    ),
    Chapter(
        name="why_it_works",
        group=TRAIN,
        script="pages/why_it_works.py",
        title="Why it works",
        promise="Does batch norm work because it keeps each layer's inputs steady? Move the **learning rate** and watch whose "
        "inputs shift from step to step.",
        slider="wi_rate",
        words=("shift", "variance", "gradient", "gamma"),
        trains=True,
    ),
    Chapter(
        name="batch_size",
        group=TRAIN,
        script="pages/batch_size.py",
        title="Batch size",
        promise="A batch's mean and variance stand in for all the data's. How well? Move the **batch size** and watch the cloud.",
        slider="bs_m",
        words=("rows", "variance", "divisor", "dense", "gamma"),
    ),
    Chapter(
        name="images_and_relatives",
        group=USE,
        script="pages/images_and_relatives.py",
        title="Images and relatives",
        promise="**Which values share a mean?** That is all in which batch norm and its relatives differ. Each hue and number "
        "is one mean. Move the **groups**, point at a value.",
        slider="ir_groups",
        words=("rows", "dense", "variance"),
    ),
    Chapter(
        name="backward_pass",
        group=USE,
        script="pages/backward_pass.py",
        title="The backward pass",
        promise="How does a [gradient](#gradient) get from the outputs back to the inputs, through everything that the batch "
        "shares? Move **Steps back** and watch it find its way, one operation at a time, with your own numbers.",
        slider="bp_step",
        words=("gradient", "x-hat", "variance", "epsilon", "gamma", "jacobian"),
        borrowed=("source", "batch", "read"),
    ),
    Chapter(
        name="frameworks",
        group=USE,
        script="pages/frameworks.py",
        title="Your framework",
        promise="Do PyTorch, Keras, Flax, ONNX and the 2015 paper compute the same layer? Move the **batches seen** and watch six "
        "moving averages; then convert, fold and check your own.",
        slider="fw_steps",
        words=("momentum", "decay", "epsilon", "moving-average", "divisor", "fold"),
        borrowed=("source", "batch", "read", *LAYER),
    ),
    Chapter(
        name="your_model",
        group=USE,
        script="pages/your_model.py",
        title="Your model",
        promise="Is batch norm why your model is worse in evaluation, or in another framework? **Drop its file** and see.",
        slider=None,
        words=("checkpoint", "variance", "gamma", "epsilon", "moving-average", "momentum"),
    ),
    Chapter(
        name="for_teachers",
        group=TEACH,
        script="pages/for_teachers.py",
        title="For teachers",
        promise="A lesson of 50 minutes in which every step opens one exact picture, a worksheet of predictions, the "
        "mistakes that students make with the picture that answers each, and what it takes to host the lab.",
        slider=None,
    ),
)
