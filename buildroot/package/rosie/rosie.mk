################################################################################
#
# rosie
#
################################################################################

ROSIE_VERSION = local
ROSIE_SITE = $(ROSIE_TREE)
ROSIE_SITE_METHOD = local
ROSIE_LICENSE = Apache-2.0
ROSIE_LICENSE_FILES = LICENSE
ROSIE_DEPENDENCIES = $(BR2_CMAKE_HOST_DEPENDENCY) host-pkgconf alsa-lib opus

# Without it, every folder that a test or an editor left in the tree would be copied.
ROSIE_OVERRIDE_SRCDIR_RSYNC_EXCLUSIONS = \
	--exclude=/target --exclude=/data --exclude=/output --exclude=node_modules

# A local site is not vendored by Buildroot: it is done here, once for each Cargo.lock.
ROSIE_VENDOR_DIR = $(or $(call qstrip,$(BR2_PACKAGE_ROSIE_VENDOR_DIR)),$(DL_DIR)/rosie/vendor-$(firstword $(shell sha256sum $(ROSIE_TREE)/Cargo.lock)))

define ROSIE_VENDOR
	if [ ! -e $(ROSIE_VENDOR_DIR)/.complete ] && \
	   [ -z $(BR2_PACKAGE_ROSIE_VENDOR_DIR) ]; then \
		rm -rf $(ROSIE_VENDOR_DIR) && mkdir -p $(ROSIE_VENDOR_DIR) && \
		cd $(@D) && $(PKG_COMMON_CARGO_ENV) PATH=$(BR_PATH) \
			cargo vendor --locked --versioned-dirs $(ROSIE_VENDOR_DIR) >/dev/null && \
		touch $(ROSIE_VENDOR_DIR)/.complete; \
	fi
	grep -q vendored-sources $(@D)/.cargo/config.toml || \
		printf '\n[source.crates-io]\nreplace-with = "vendored-sources"\n\n[source.vendored-sources]\ndirectory = "%s"\n' \
			$(ROSIE_VENDOR_DIR) >> $(@D)/.cargo/config.toml
endef
ROSIE_POST_RSYNC_HOOKS += ROSIE_VENDOR

# What stands in .cargo/config.toml for a build by hand does not reach one that has CXXFLAGS of its own.
ROSIE_CXXFLAGS = \
	$(TARGET_CXXFLAGS) \
	-DWHISPER_USE_COREML \
	-DWHISPER_COREML_ALLOW_FALLBACK

# The bindings that whisper-rs ships are taken, else libclang would be needed. ggml looks at the processor it is built on
# unless told which one it is built for.
ROSIE_CARGO_ENV = \
	CARGO_TARGET_DIR=$(@D)/target \
	CXXFLAGS="$(ROSIE_CXXFLAGS)" \
	CMAKE_TOOLCHAIN_FILE=$(HOST_DIR)/share/buildroot/toolchainfile.cmake \
	WHISPER_DONT_GENERATE_BINDINGS=1 \
	GGML_NATIVE=OFF \
	GGML_LLAMAFILE=ON \
	PKG_CONFIG_ALLOW_CROSS=1

ROSIE_GGML_FLAG = $(if $(1),ON,OFF)

ifeq ($(BR2_x86_64),y)
ROSIE_CARGO_ENV += \
	GGML_SSE42=$(call ROSIE_GGML_FLAG,$(BR2_X86_CPU_HAS_SSE42)) \
	GGML_AVX=$(call ROSIE_GGML_FLAG,$(BR2_X86_CPU_HAS_AVX)) \
	GGML_AVX2=$(call ROSIE_GGML_FLAG,$(BR2_X86_CPU_HAS_AVX2)) \
	GGML_FMA=$(call ROSIE_GGML_FLAG,$(BR2_X86_CPU_HAS_AVX2)) \
	GGML_F16C=$(call ROSIE_GGML_FLAG,$(BR2_X86_CPU_HAS_AVX2)) \
	GGML_BMI2=$(call ROSIE_GGML_FLAG,$(BR2_X86_CPU_HAS_AVX2))
endif

# The Pi 5's cores multiply small numbers in one step and count in halves; the Pi 4's do not.
ifeq ($(BR2_cortex_a76),y)
ROSIE_CARGO_ENV += GGML_CPU_ARM_ARCH=armv8.2-a+dotprod+fp16
else ifeq ($(BR2_aarch64),y)
ROSIE_CARGO_ENV += GGML_CPU_ARM_ARCH=armv8-a
endif

ROSIE_CARGO_BUILD_OPTS = --package rosied

# `cargo install` does not take a virtual workspace.
define ROSIE_INSTALL_TARGET_CMDS
	$(INSTALL) -D -m 0755 $(@D)/target/$(RUSTC_TARGET_NAME)/$(if $(BR2_ENABLE_DEBUG),debug,release)/rosied \
		$(TARGET_DIR)/usr/bin/rosied
endef

# The number stays the same for ever: what lies on the data partition belongs to it.
define ROSIE_USERS
	rosie 420 rosie 420 * /data/rosie - audio Rosie
endef

$(eval $(cargo-package))
