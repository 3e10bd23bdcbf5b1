#include "store/zstd_frame.hpp"

#include <fmt/format.h>
#include <zstd.h>

#include <memory>

namespace perfgate::store {
namespace {

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

}  // namespace

Result<std::string> zstd_frame(std::string_view text, int level) {
  thread_local const std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::string frame(ZSTD_compressBound(text.size()), '\0');
  const std::size_t size =
      ZSTD_compress2(context.get(), frame.data(), frame.size(), text.data(), text.size());
  if (ZSTD_isError(size) != 0)
    return fail(Code::memory, fmt::format("packing: {}", ZSTD_getErrorName(size)));
  frame.resize(size);
  return frame;
}

Result<void> read_zstd_frame(std::string_view frame, std::size_t size, std::string& text) {
  if (ZSTD_getFrameContentSize(frame.data(), frame.size()) != size)
    return fail(Code::store, "it is not as large as it says");
  thread_local const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
  text.resize(size);
  const std::size_t got =
      ZSTD_decompressDCtx(context.get(), text.data(), text.size(), frame.data(), frame.size());
  if (ZSTD_isError(got) != 0) return fail(Code::store, ZSTD_getErrorName(got));
  return {};
}

}  // namespace perfgate::store
