"""The chapters in reading order."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Chapter:
    """One page: its name in URLs and folders, its script, its title, the sentence under it, and its main slider's key, if any."""

    name: str
    script: str
    title: str
    promise: str
    slider: str | None
    borrowed: tuple[str, ...] = ()  # settings that belong to another chapter
    trains: bool = False  # whether its main slider starts a training run, and so moves no picture while it is held

    @property
    def url(self) -> str:
        """The path of the page on the server."""
        return "/" if self.script == "app.py" else f"/{self.name}"


CHAPTERS: tuple[Chapter, ...] = (
    Chapter(
        name="lab",
        script="app.py",
        title="Batch Norm Lab",
        promise="Deep networks train far more easily while the numbers inside them keep to one scale. So batch norm gives "
        "each feature of a batch mean 0 and standard deviation 1, then a learned stretch $\\gamma$ and shift $\\beta$. "
        "**Drag a blue dot**: all others answer.",
        slider="gamma_0",
    ),
    Chapter(
        name="why_normalize",
        script="pages/why_normalize.py",
        title="Why normalize?",
        promise="A feature that is counted in large numbers sets the pace for all others. Move the **taxi** and watch what "
        "two normalizations make of it; then move the **scale ratio** and watch a bowl become a ravine.",
        slider="wn_ratio",
    ),
    Chapter(
        name="inside_the_layer",
        script="pages/inside_the_layer.py",
        title="Inside the layer",
        promise="One batch, five steps, every number at hand. Press **Next** and watch a column become its mean and "
        "variance, then be normalized by them; point at any symbol to see the numbers it stands for.",
        slider="il_layers",
        borrowed=("source", "batch", "read"),
    ),
    Chapter(
        name="scale_and_shift",
        script="pages/scale_and_shift.py",
        title="Scale and shift",
        promise="What normalizing gives an activation function, what it takes, and how $\\gamma$ and $\\beta$ give it "
        "back. Move $\\gamma$ and watch the green squares spread along the curve, from its middle to its ends.",
        slider="ss_gamma",
    ),
    Chapter(
        name="training_vs_inference",
        script="pages/training_vs_inference.py",
        title="Training against inference",
        promise="In training the layer normalizes with the batch it sees; for inference it keeps a moving average of what "
        "it saw. Move the decay, the weight of the old average, and watch how long the dashed line takes to reach the "
        "truth, and how much it then shakes.",
        slider="ti_decay",
    ),
    Chapter(
        name="train_a_network",
        script="pages/train_a_network.py",
        title="Train a network",
        promise="Two networks learn to read digits, from the same weights and batches; one has batch norm. **Choose a cell**, and "
        "both train there.",
        slider="tn_rate",
        trains=True,
    ),
    Chapter(
        name="why_it_works",
        script="pages/why_it_works.py",
        title="Why it works",
        promise="Batch norm was said to work because it keeps each layer's inputs steady. Move the **learning rate**, watch "
        "whose inputs shift from step to step, and then see whose training suffers.",
        slider="wi_rate",
        trains=True,
    ),
    Chapter(
        name="batch_size",
        script="pages/batch_size.py",
        title="Batch size",
        promise="In training, a batch's own mean and variance stand in for those of all the data, and the smaller the "
        "batch, the worse they do. Move the **batch size** and watch the cloud of batches close in on the truth.",
        slider="bs_m",
    ),
    Chapter(
        name="images_and_relatives",
        script="pages/images_and_relatives.py",
        title="Images and relatives",
        promise="Batch norm and its relatives do the same step; they differ in **which values share a mean** and a variance: "
        "each hue and number below is one. Point at a value to see its family in each norm. Move the number of **groups** and "
        "watch layer norm become instance norm.",
        slider="ir_groups",
    ),
    Chapter(
        name="backward_pass",
        script="pages/backward_pass.py",
        title="The backward pass",
        promise="A gradient arrives at the outputs and has to get back to the inputs, through everything that the batch "
        "shares. Move **Steps back** and watch it find its way, one operation at a time, with your own numbers.",
        slider="bp_step",
        borrowed=("source", "batch", "read"),
    ),
    Chapter(
        name="frameworks",
        script="pages/frameworks.py",
        title="Your framework",
        promise="PyTorch, Keras, Flax, ONNX and the 2015 paper agree on the layer and differ in what it remembers. Move the "
        "**batches seen** and watch six moving averages part; then convert, fold and check your own.",
        slider="fw_steps",
        borrowed=("source", "batch", "read"),
    ),
    Chapter(
        name="for_teachers",
        script="pages/for_teachers.py",
        title="For teachers",
        promise="A lesson of 50 minutes in which every step opens one exact picture, a worksheet of predictions, the "
        "mistakes that students make with the picture that answers each, and what it takes to host the lab.",
        slider=None,
    ),
)
