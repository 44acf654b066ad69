################################################################################
#
# respeaker
#
################################################################################

RESPEAKER_SOURCE =
RESPEAKER_LICENSE = Apache-2.0
RESPEAKER_DEPENDENCIES = host-dtc
RESPEAKER_INSTALL_IMAGES = YES

RESPEAKER_OVERLAYS = respeaker-2mic-v1 respeaker-2mic-v2

define RESPEAKER_BUILD_CMDS
	$(foreach overlay,$(RESPEAKER_OVERLAYS), \
		$(HOST_DIR)/bin/dtc -@ -H epapr -I dts -O dtb \
			-o $(@D)/$(overlay).dtbo $(RESPEAKER_PKGDIR)/$(overlay).dts
	)
endef

# Where rpi-firmware puts the overlays of the kernel, which the boot partition is made of.
define RESPEAKER_INSTALL_IMAGES_CMDS
	$(foreach overlay,$(RESPEAKER_OVERLAYS), \
		$(INSTALL) -D -m 0644 $(@D)/$(overlay).dtbo \
			$(BINARIES_DIR)/rpi-firmware/overlays/$(overlay).dtbo
	)
endef

$(eval $(generic-package))
