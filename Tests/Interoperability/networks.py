"""What PyTorch's operations make of the weights of our networks: the networks written down a second time, as functions of a dictionary of tensors.

    networks.py FOLDER      reads FOLDER/NAME.safetensors (weights, "input" and, in the metadata, "network"), writes FOLDER/NAME.answer (float64, logits)

Names of tensors and geometry are those of the sources that the catalogue of networks names.
"""
import json, os, sys, numpy, torch
import torch.nn.functional as F

P = {}


def read(path):
    raw = open(path, "rb").read()
    length = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8:8 + length].decode("utf-8"))
    metadata = header.pop("__metadata__")
    values = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        numbers = numpy.frombuffer(raw[8 + length + begin:8 + length + end], "<f4").copy()
        values[name] = torch.from_numpy(numbers).reshape(entry["shape"]).double()
    return values, metadata


# Layers by name.

def conv(x, name, stride=1, padding=0, dilation=1, groups=1):
    return F.conv2d(x, P[name + ".weight"], P.get(name + ".bias"), stride, padding, dilation, groups)


def same(x, name, stride=1, dilation=1, groups=1):
    """TensorFlow's 'same': the smaller half of the padding before the image."""
    kernel, pads = P[name + ".weight"].shape[2], []
    for size in (x.shape[3], x.shape[2]):
        total = max((-(-size // stride) - 1) * stride + dilation * (kernel - 1) + 1 - size, 0)
        pads += [total // 2, total - total // 2]
    return conv(F.pad(x, pads), name, stride, 0, dilation, groups)


def up(x, name):
    """Keras's Conv2DTranspose, kernel 3, stride 2, 'same': the last row and column of the full result are cut off."""
    return F.conv_transpose2d(x, P[name + ".weight"], P[name + ".bias"], 2)[:, :, :-1, :-1]


def norm(x, name, eps=1e-5):
    return F.batch_norm(x, P[name + ".running_mean"], P[name + ".running_var"], P[name + ".weight"], P[name + ".bias"], False, 0, eps)


def conv_norm(x, name, relu=True, **options):
    """Convolution 0 and normalisation 1 of a Sequential."""
    y = norm(conv(x, name + ".0", **options), name + ".1")
    return F.relu(y) if relu else y


def resize(x, like, corners=False):
    return F.interpolate(x, like.shape[2:], mode="bilinear", align_corners=corners)


def double(x):
    return F.interpolate(x, scale_factor=2, mode="nearest")


# Encoders.

def basic(x, name, stride=1, dilation=1):
    y = F.relu(norm(conv(x, name + ".conv1", stride, dilation, dilation), name + ".bn1"))
    y = norm(conv(y, name + ".conv2", 1, dilation, dilation), name + ".bn2")
    return F.relu(y + (conv_norm(x, name + ".downsample", False, stride=stride) if name + ".downsample.0.weight" in P else x))


def bottleneck_v1(x, name, stride, dilation):
    y = F.relu(norm(conv(x, name + ".conv1", stride), name + ".bn1"))
    y = F.relu(norm(conv(y, name + ".conv2", 1, dilation, dilation), name + ".bn2"))
    y = norm(conv(y, name + ".conv3"), name + ".bn3")
    return F.relu(y + (conv_norm(x, name + ".downsample", False, stride=stride) if name + ".downsample.0.weight" in P else x))


def resnet34(x, last_dilation=1, layers=4):
    levels = [F.relu(norm(conv(x, "encoder.conv1", 2, 3), "encoder.bn1"))]
    y = F.max_pool2d(levels[0], 3, 2, 1)
    for layer, count in list(enumerate((3, 4, 6, 3), 1))[:layers]:
        dilation = last_dilation if layer == 4 else 1
        for block in range(count):
            y = basic(y, f"encoder.layer{layer}.{block}", 2 if layer > 1 and block == 0 and dilation == 1 else 1, dilation)
        levels.append(y)
    return levels


def vgg(x, last_dilation=1, pools=None, keep=False):
    features = []
    for block, count in enumerate((2, 2, 3, 3, 3), 1):
        for i in range(1, count + 1):
            d = last_dilation if block == 5 else 1
            x = F.relu(conv(x, f"conv{block}_{i}", 1, d, d))
        features.append(x)
        x = pools[block - 1](x) if pools else F.max_pool2d(x, 2)
    return (x, features) if keep else x


def separable(x, name, stride=1, dilation=1, active=True, eps=1e-3):
    x = x if active else F.relu(x)
    x = norm(conv(x, name + "_depthwise", stride, dilation, dilation, x.shape[1]), name + "_depthwise_BN", eps)
    x = F.relu(x) if active else x
    x = norm(conv(x, name + "_pointwise"), name + "_pointwise_BN", eps)
    return F.relu(x) if active else x


def xception(x, entry, middle, same_stem, relu_after_stem):
    x = same(x, "entry_flow_conv1_1", 2) if same_stem else conv(x, "entry_flow_conv1_1", 2, 1)
    x = norm(conv(F.relu(norm(x, "entry_flow_conv1_1_BN", 1e-3)), "entry_flow_conv1_2", 1, 1), "entry_flow_conv1_2_BN", 1e-3)
    x = F.relu(x) if relu_after_stem else x
    tap = None

    def block(x, name, stride=1, dilation=1, shortcut=None, active=False):
        y = separable(separable(x, name + "_separable_conv1", 1, dilation, active), name + "_separable_conv2", 1, dilation, active)
        z = separable(y, name + "_separable_conv3", stride, dilation, active)
        if shortcut == "conv":
            z = z + norm(conv(x, name + "_shortcut", stride), name + "_shortcut_BN", 1e-3)
        return z + x if shortcut == "sum" else z, y

    for number, (stride, tapped) in enumerate(entry, 1):
        x, inside = block(x, f"entry_flow_block{number}", stride, 1, "conv")
        tap = inside if tapped else tap
    for unit in range(1, middle + 1):
        x, _ = block(x, f"middle_flow_unit_{unit}", shortcut="sum")
    x, _ = block(x, "exit_flow_block1", shortcut="conv")
    x, _ = block(x, "exit_flow_block2", dilation=2, active=True)
    return x, tap


# Networks.

def up_block(x, name, *skips):
    x = torch.cat([double(x), *skips], 1)
    return conv_norm(conv_norm(x, name + ".conv1", padding=1), name + ".conv2", padding=1)


def unet_resnet34(x):
    levels = resnet34(x)
    y = levels[4]
    for i in range(5):
        y = up_block(y, f"decoder.blocks.{i}", *([levels[3 - i]] if i < 4 else []))
    return conv(y, "segmentation_head.0", 1, 1)


def unet_plus_plus_resnet34(x):
    f, nodes = resnet34(x)[::-1], {}
    for diagonal in range(4):
        for start in range(4 - diagonal):
            column = start + diagonal
            below = f[start] if diagonal == 0 else nodes[start, column - 1]
            nodes[start, column] = up_block(below, f"decoder.blocks.x_{start}_{column}", *[nodes[i, column] for i in range(start + 1, column + 1)], f[column + 1])
    return conv(up_block(nodes[0, 3], "decoder.blocks.x_0_4"), "segmentation_head.0", 1, 1)


def pspnet_small_resnet34(x):
    y = resnet34(x, layers=2)[2]
    parts = [y]
    for i, cells in enumerate((1, 2, 3, 6)):
        z = F.adaptive_avg_pool2d(y, cells)
        name = f"decoder.psp.blocks.{i}.pool.1"
        parts.append(resize(F.relu(conv(z, name + ".0")) if i == 0 else conv_norm(z, name), y, True))
    return resize(conv(conv_norm(torch.cat(parts, 1), "decoder.conv"), "segmentation_head.0", 1, 1), x, True)


def deeplabv3plus_separable_resnet34(x):
    def pair(x, name, dilation=1):
        return conv(conv(x, name + ".0", 1, dilation, dilation, x.shape[1]), name + ".1")

    levels = resnet34(x, last_dilation=2)
    y, a = levels[4], "decoder.aspp.0."
    parts = [conv_norm(y, a + "convs.0")] + [F.relu(norm(pair(y, f"{a}convs.{i}.0", d), f"{a}convs.{i}.1")) for i, d in ((1, 12), (2, 24), (3, 36))]
    parts.append(resize(F.relu(norm(conv(F.adaptive_avg_pool2d(y, 1), a + "convs.4.1"), a + "convs.4.2")), y))
    y = conv_norm(torch.cat(parts, 1), a + "project")
    y = resize(F.relu(norm(pair(y, "decoder.aspp.1"), "decoder.aspp.2")), levels[1], True)
    y = torch.cat([y, conv_norm(levels[1], "decoder.block1")], 1)
    return resize(conv(F.relu(norm(pair(y, "decoder.block2.0"), "decoder.block2.1")), "segmentation_head.0"), x, True)


def unet_plus_plus_transposed(x):
    def node(x, name):
        x = F.relu(norm(conv(x, name + ".conv1", 1, 1), name + ".bn1"))
        return F.relu(norm(conv(x, name + ".conv2", 1, 1), name + ".bn2"))

    nodes = {(0, 0): node(x, "conv0_0")}
    for i in range(1, 5):
        nodes[i, 0] = node(F.max_pool2d(nodes[i - 1, 0], 2), f"conv{i}_0")
    for j in range(1, 5):
        for i in range(5 - j):
            large = F.conv_transpose2d(nodes[i + 1, j - 1], P[f"up{i}_{j}.weight"], P[f"up{i}_{j}.bias"], 2)
            nodes[i, j] = node(torch.cat([nodes[i, k] for k in range(j)] + [large], 1), f"conv{i}_{j}")
    return conv(nodes[0, 4], "final")


def deeplabv2_resnet101(x):
    def classify(x):
        y = F.max_pool2d(F.relu(norm(conv(x, "backbone.conv1", 2, 3), "backbone.bn1")), 3, 2, 1, ceil_mode=True)
        for layer, (count, stride, dilation) in enumerate(((3, 1, 1), (4, 2, 1), (23, 1, 2), (3, 1, 4)), 1):
            for block in range(count):
                y = bottleneck_v1(y, f"backbone.layer{layer}.{block}", stride if block == 0 else 1, dilation)
        return sum(conv(y, f"aspp.c{i}", 1, d, d) for i, d in enumerate((6, 12, 18, 24)))

    whole = classify(x)
    scales = [whole]
    for share in (0.75, 0.5):
        smaller = F.interpolate(x, [int(size * share) for size in x.shape[2:]], mode="bilinear", align_corners=False)
        scales.append(resize(classify(smaller), whole))
    return resize(torch.stack(scales).max(0)[0], x)


def deeplab_vgg(x, kernel, branches):
    halve, keep = (lambda y: F.max_pool2d(y, 3, 2, 1, ceil_mode=True)), (lambda y: F.max_pool2d(y, 3, 1, 1))
    y, total = vgg(x, last_dilation=2, pools=[halve, halve, halve, keep, keep]), 0
    for suffix, dilation in branches:
        z = F.relu(conv(y, "fc6" + suffix, 1, (kernel - 1) * dilation // 2, dilation))
        total = total + conv(F.relu(conv(z, "fc7" + suffix)), "fc8" + suffix)
    return resize(total, x, True)


def deeplab_4x4(x):
    return deeplab_vgg(x, 4, [("", 8)])


def deeplab_aspp_small(x):
    return deeplab_vgg(x, 3, [("_1", 2), ("_2", 4), ("_3", 8), ("_4", 12)])


def deeplabv3plus_mobilenetv2_keras(x):
    y = F.relu6(norm(same(x, "Conv", 2), "Conv_BN", 1e-3))
    strides = {1: 2, 3: 2}
    dilations = {**dict.fromkeys(range(7, 14), 2), **dict.fromkeys(range(14, 17), 4)}
    for number in range(17):
        name, before = "expanded_conv" + (f"_{number}" if number else ""), y
        if number:
            y = F.relu6(norm(conv(y, name + "_expand"), name + "_expand_BN", 1e-3))
        y = F.relu6(norm(same(y, name + "_depthwise", strides.get(number, 1), dilations.get(number, 1), y.shape[1]), name + "_depthwise_BN", 1e-3))
        y = norm(conv(y, name + "_project"), name + "_project_BN", 1e-3)
        y = y + before if number in (2, 4, 5, 7, 8, 9, 11, 12, 14, 15) else y
    mean = F.relu(norm(conv(y.mean((2, 3), keepdim=True), "image_pooling"), "image_pooling_BN"))
    point = F.relu(norm(conv(y, "aspp0"), "aspp0_BN"))
    y = torch.cat([mean.expand_as(point), point], 1)
    return resize(conv(F.relu(norm(conv(y, "concat_projection"), "concat_projection_BN")), "logits_semantic"), x)


def segnet_basic(x):
    y, places = F.local_response_norm(x, 5, 1e-4, 0.75, 1.0), []
    for level in range(1, 5):
        y = F.relu(norm(conv(y, f"conv{level}", 1, 3), f"conv{level}_bn"))
        size = y.shape
        y, indices = F.max_pool2d(y, 2, ceil_mode=True, return_indices=True)
        places.append((indices, size))
    for level in range(4, 0, -1):
        indices, size = places[level - 1]
        y = F.max_unpool2d(y, indices, 2, output_size=size[2:])
        y = norm(conv(y, f"conv_decode{level}", 1, 3), f"conv_decode{level}_bn")
    return conv(y, "conv_classifier")


def fcn_tensorflow(x):
    y, features = vgg(x, keep=True)
    y = F.relu(same(F.relu(up(y, "up1")), "conv1")) + features[4]
    y = F.relu(up(y, "up2")) + features[3]
    y = F.relu(same(F.relu(up(y, "up3")), "conv3")) + features[2]
    return up(F.relu(same(F.relu(up(y, "up4")), "conv4")), "logits")


def fcn32s(x, y, offset):
    scores = conv(y, "score_fr")
    large = F.conv_transpose2d(scores, P["upscore.weight"], None, 32, groups=scores.shape[1])
    return large[:, :, offset:offset + x.shape[2], offset:offset + x.shape[3]]


def fcn32s_alexnet(x):
    pool = lambda z: F.max_pool2d(z, 3, 2, ceil_mode=True)
    y = pool(F.relu(conv(x, "features.0", 4, 100)))
    y = pool(F.relu(conv(y, "features.3", 1, 2)))
    for i in (6, 8, 10):
        y = F.relu(conv(y, f"features.{i}", 1, 1))
    y = F.relu(conv(F.relu(conv(pool(y), "classifier.1")), "classifier.4"))
    return fcn32s(x, y, 18)


def fcn32s_googlenet(x):
    basic = lambda z, name, stride=1, padding=0: F.relu(norm(conv(z, name + ".conv", stride, padding), name + ".bn", 1e-3))
    pool = lambda z, kernel=3: F.max_pool2d(z, kernel, 2, ceil_mode=True)
    y = pool(basic(x, "conv1", 2, 100))
    y = pool(basic(basic(y, "conv2"), "conv3", 1, 1))
    for block in "3a 3b - 4a 4b 4c 4d 4e = 5a 5b".split():
        if block in "-=":
            y = pool(y, 3 if block == "-" else 2)
            continue
        name = f"inception{block}."
        y = torch.cat([
            basic(y, name + "branch1"),
            basic(basic(y, name + "branch2.0"), name + "branch2.1", 1, 1),
            basic(basic(y, name + "branch3.0"), name + "branch3.1", 1, 1),
            basic(F.max_pool2d(y, 3, 1, 1), name + "branch4.1")], 1)
    return fcn32s(x, y, 106)


def deeplabv3plus_xception(x, entry=((2, 0), (2, 1), (2, 0)), middle=16, study=False):
    eps = 1e-3 if study else 1e-5
    y, tap = xception(x, entry, middle, study, not study)
    image = F.avg_pool2d(y, 8) if study else y.mean((2, 3), keepdim=True)
    parts = [resize(F.relu(norm(conv(image, "image_pooling"), "image_pooling_BN", eps)), y), F.relu(norm(conv(y, "aspp0"), "aspp0_BN", eps))]
    parts += [separable(y, f"aspp{i}", 1, d, eps=eps) for i, d in ((1, 6), (2, 12), (3, 18))]
    y = F.relu(norm(conv(torch.cat(parts, 1), "concat_projection"), "concat_projection_BN", eps))
    low = F.relu(norm(conv(tap, "feature_projection0"), "feature_projection0_BN", eps))
    enlarge = (lambda z, like: F.interpolate(z, like.shape[2:], mode="nearest")) if study else (lambda z, like: resize(z, like, True))
    y = torch.cat([enlarge(y, low), low], 1)
    for i in range(1 if study else 2):
        y = separable(y, f"decoder_conv{i}", eps=eps)
    return enlarge(conv(y, "logits_semantic"), x)


def deeplabv3plus_xception41(x):
    return deeplabv3plus_xception(x, middle=8)


def deeplabv3plus_xception71(x):
    return deeplabv3plus_xception(x, ((2, 0), (1, 0), (2, 1), (1, 0), (2, 0)))


def deeplabv3plus_severstal(x):
    return deeplabv3plus_xception(x, study=True)


if __name__ == "__main__":
    torch.set_num_threads(2)
    for file in sorted(os.listdir(sys.argv[1])):
        if file.endswith(".safetensors"):
            P, metadata = read(os.path.join(sys.argv[1], file))
            with torch.no_grad():
                logits = globals()[metadata["network"]](P.pop("input"))
            logits.numpy().astype("<f8").tofile(os.path.join(sys.argv[1], file.replace(".safetensors", ".answer")))
