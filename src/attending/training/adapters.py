"""Low-rank adapters in the backbone (LoRA, Hu et al. 2021, arXiv:2106.09685): added for training, merged for saving."""

from attending.errors import InputError
from attending.model import AttendingForSequenceClassification
from attending.training.arguments import TrainingArguments


def add_adapters(arguments: TrainingArguments, model: AttendingForSequenceClassification) -> None:
    """Freeze the backbone and give the layers that the arguments name a trainable adapter each.

    Raises:
        InputError: peft is not installed, or the backbone has no layers of these names.
    """
    try:
        from peft import LoraConfig, inject_adapter_in_model
    except ImportError:
        raise InputError('LoRA needs peft. Install it with: pip install "attending[train]"') from None
    config = LoraConfig(
        r=arguments.lora_rank,
        lora_alpha=arguments.lora_alpha,
        lora_dropout=arguments.lora_dropout,
        target_modules=arguments.lora_modules,
    )
    model.backbone.requires_grad_(False)
    try:
        inject_adapter_in_model(config, model.backbone)
    except ValueError:
        names = {
            name.rsplit(".", 1)[-1]
            for name, module in model.backbone.named_modules()
            if type(module).__name__ in ("Linear", "Conv1D")
        }
        raise InputError(
            f"The backbone has no layers named {', '.join(arguments.lora_modules)}. Allowed for lora_modules: "
            f"{', '.join(sorted(names))}."
        ) from None


def merge_adapters(model: AttendingForSequenceClassification) -> None:
    """Add what the adapters have learned to the layers they stand in, which take their places again."""
    from peft.tuners.lora import LoraLayer

    for name, module in list(model.backbone.named_modules()):
        if isinstance(module, LoraLayer):
            module.merge()
            model.backbone.set_submodule(name, module.get_base_layer())
