################################################################################
#
# rosie-models
#
################################################################################

ROSIE_MODELS_VERSION = local
ROSIE_MODELS_FROM = $(call qstrip,$(BR2_PACKAGE_ROSIE_MODELS_FROM))
# Buildroot wants some site even where the package is not chosen.
ROSIE_MODELS_SITE = $(or $(ROSIE_MODELS_FROM),/nonexistent)
ROSIE_MODELS_SITE_METHOD = local
ROSIE_MODELS_LICENSE = several (models/manifest.yaml names each)
ROSIE_MODELS_REDISTRIBUTE = NO

ifeq ($(BR2_PACKAGE_ROSIE_MODELS)$(ROSIE_MODELS_FROM),y)
ifeq ($(BR_BUILDING),y)
$(error BR2_PACKAGE_ROSIE_MODELS_FROM must name a folder of models; `make models` fills one)
endif
endif

define ROSIE_MODELS_INSTALL_TARGET_CMDS
	mkdir -p $(TARGET_DIR)/usr/share/rosie/models
	rsync -a --exclude=/.* --exclude=/onnxruntime $(@D)/ $(TARGET_DIR)/usr/share/rosie/models/
endef

$(eval $(generic-package))
