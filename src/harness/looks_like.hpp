#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace perfgate::harness {

/// What a text seems to be, by marks of the formats that people mix up: "hyperfine's JSON"; empty
/// where it reminds of nothing.
std::string_view looks_like(std::string_view text);

/// "bench.json: this is not X: it looks like Y", with a hint how to have X written.
std::unexpected<Error> wrong_format(std::string_view document, std::string_view wanted,
                                    std::string_view text, std::string hint);

}  // namespace perfgate::harness
