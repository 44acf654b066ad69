# Files of the boards and of the root file system lie beside this tree, where people look for them.
ROSIE_TREE = $(realpath $(BR2_EXTERNAL_ROSIE_PATH)/..)

include $(sort $(wildcard $(BR2_EXTERNAL_ROSIE_PATH)/package/*/*.mk))
