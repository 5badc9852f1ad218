"""The networks of the package in plain PyTorch, last stride 1, as one writes them."""
import torch.nn as nn
import torch.nn.functional as F


def conv(inputs, outputs, kernel, stride=1):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)


def shortcut(inputs, outputs, stride):
    if inputs == outputs and stride == 1:
        return nn.Identity()
    return nn.Sequential(conv(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))


class BasicBlock(nn.Module):
    expansion = 1

    def __init__(self, inputs, width, stride):
        super().__init__()
        self.conv1, self.bn1 = conv(inputs, width, 3, stride), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = conv(width, width, 3), nn.BatchNorm2d(width)
        self.shortcut = shortcut(inputs, width, stride)

    def forward(self, x):
        hidden = F.relu(self.bn1(self.conv1(x)), inplace=True)
        return F.relu(self.bn2(self.conv2(hidden)) + self.shortcut(x), inplace=True)


class PreactivationBlock(nn.Module):
    expansion = 1

    def __init__(self, inputs, width, stride):
        super().__init__()
        self.norm1, self.conv1 = nn.BatchNorm2d(inputs), conv(inputs, width, 3, stride)
        self.norm2, self.conv2 = nn.BatchNorm2d(width), conv(width, width, 3)
        self.around = None if inputs == width and stride == 1 else conv(inputs, width, 1, stride)

    def forward(self, x):
        activated = F.relu(self.norm1(x), inplace=True)
        around = x if self.around is None else self.around(activated)
        return self.conv2(F.relu(self.norm2(self.conv1(activated)), inplace=True)) + around


class Excitation(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.reduce, self.expand = nn.Conv2d(channels, channels // 16, 1), nn.Conv2d(channels // 16, channels, 1)

    def forward(self, x):
        return x * self.expand(F.relu(self.reduce(x.mean((2, 3), keepdim=True)))).sigmoid()


class ExcitedBottleneck(nn.Module):
    expansion = 4

    def __init__(self, inputs, width, stride):
        super().__init__()
        self.conv1, self.bn1 = conv(inputs, width, 1), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = conv(width, width, 3, stride), nn.BatchNorm2d(width)
        self.conv3, self.bn3 = conv(width, width * 4, 1), nn.BatchNorm2d(width * 4)
        self.excitation = Excitation(width * 4)
        self.shortcut = shortcut(inputs, width * 4, stride)

    def forward(self, x):
        hidden = F.relu(self.bn1(self.conv1(x)), inplace=True)
        hidden = F.relu(self.bn2(self.conv2(hidden)), inplace=True)
        return F.relu(self.excitation(self.bn3(self.conv3(hidden))) + self.shortcut(x), inplace=True)


KINDS = {
    "resnet18": (BasicBlock, [2, 2, 2, 2]),
    "preresnet18": (PreactivationBlock, [2, 2, 2, 2]),
    "seresnet50": (ExcitedBottleneck, [3, 4, 6, 3]),
}


def make_network(backbone, classes):
    block, depths = KINDS[backbone]
    is_preactivated = block is PreactivationBlock
    layers = [nn.Conv2d(3, 64, 7, 2, 3, bias=False)]
    if not is_preactivated:
        layers += [nn.BatchNorm2d(64), nn.ReLU(inplace=True)]
    layers.append(nn.MaxPool2d(3, 2, 1))
    channels = 64
    for stage, (depth, stride) in enumerate(zip(depths, [1, 2, 2, 1])):
        for at in range(depth):
            layers.append(block(channels, 64 << stage, stride if at == 0 else 1))
            channels = (64 << stage) * block.expansion
    if is_preactivated:
        layers += [nn.BatchNorm2d(channels), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes))
