#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace perfgate::store {

/// The text as one zstd frame that carries its size and a checksum. Errors: Code::memory.
Result<std::string> zstd_frame(std::string_view text, int level);

/// The text of a frame, which must be `size` bytes. Errors: Code::store, without the place.
Result<void> read_zstd_frame(std::string_view frame, std::size_t size, std::string& text);

}  // namespace perfgate::store
