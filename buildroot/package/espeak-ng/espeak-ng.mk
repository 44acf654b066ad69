################################################################################
#
# espeak-ng
#
################################################################################

ESPEAK_NG_VERSION = 1.52.0
ESPEAK_NG_SITE = $(call github,espeak-ng,espeak-ng,$(ESPEAK_NG_VERSION))
ESPEAK_NG_LICENSE = GPL-3.0+, Apache-2.0, BSD-2-Clause, Unicode-DFS-2015 (data)
ESPEAK_NG_LICENSE_FILES = COPYING COPYING.APACHE COPYING.BSD2 COPYING.UCD
ESPEAK_NG_AUTORECONF = YES
HOST_ESPEAK_NG_AUTORECONF = YES
ESPEAK_NG_DEPENDENCIES = host-espeak-ng

ESPEAK_NG_CONF_OPTS = \
	--without-async \
	--without-mbrola \
	--without-pcaudiolib \
	--without-sonic
HOST_ESPEAK_NG_CONF_OPTS = $(ESPEAK_NG_CONF_OPTS)

# The data are made by running the program, which only the host's can do here. They are the same for every processor that
# stores the low byte first.
ESPEAK_NG_MAKE_OPTS = src/libespeak-ng.la

define ESPEAK_NG_INSTALL_TARGET_CMDS
	$(TARGET_MAKE_ENV) $(MAKE) -C $(@D) DESTDIR=$(TARGET_DIR) install-libLTLIBRARIES
	mkdir -p $(TARGET_DIR)/usr/share
	rm -rf $(TARGET_DIR)/usr/share/espeak-ng-data
	cp -r $(HOST_DIR)/share/espeak-ng-data $(TARGET_DIR)/usr/share/
endef

$(eval $(autotools-package))
$(eval $(host-autotools-package))
