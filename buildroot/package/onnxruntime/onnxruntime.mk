################################################################################
#
# onnxruntime
#
################################################################################

ONNXRUNTIME_VERSION = 1.28.0
ONNXRUNTIME_ARCH = $(if $(BR2_aarch64),aarch64,x64)
ONNXRUNTIME_SOURCE = onnxruntime-linux-$(ONNXRUNTIME_ARCH)-$(ONNXRUNTIME_VERSION).tgz
ONNXRUNTIME_SITE = https://github.com/microsoft/onnxruntime/releases/download/v$(ONNXRUNTIME_VERSION)
ONNXRUNTIME_LICENSE = MIT, several others (ThirdPartyNotices.txt)
ONNXRUNTIME_LICENSE_FILES = LICENSE ThirdPartyNotices.txt
ONNXRUNTIME_CPE_ID_VENDOR = linuxfoundation
ONNXRUNTIME_CPE_ID_PRODUCT = onnx_runtime

# Where rosied looks for it: beside the models, under the name of the manifest.
define ONNXRUNTIME_INSTALL_TARGET_CMDS
	$(INSTALL) -D -m 0755 $(@D)/lib/libonnxruntime.so.$(ONNXRUNTIME_VERSION) \
		$(TARGET_DIR)/usr/share/rosie/models/onnxruntime/libonnxruntime.so
endef

$(eval $(generic-package))
