#pragma once
// waivers.toml: text in, waivers out, and a waiver as the text that is added to it.

#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.hpp"
#include "base/result.hpp"
#include "model/waiver.hpp"

namespace perfgate::config {

/// The [[waiver]]s of a file. Errors: Code::config, all mistakes at once, each with file, line, key
/// and what is expected.
Result<std::vector<Waiver>> read_waivers(std::string_view toml, std::string_view origin_name);

/// A waiver as a [[waiver]] of the file, newline at the end: read_waivers gives it back.
std::string to_toml(const Waiver& waiver);

/// The id of a waiver that is given none: it follows from what it covers and until when.
std::string derived_id(const Waiver& waiver);

/// "2026-12-31": the last moment of that day, UTC. Errors: Code::config.
Result<Time> end_of_day(std::string_view date);

/// "8 %", "8%" or "0.08". Errors: Code::config.
Result<Decimal> change_from_text(std::string_view text);

}  // namespace perfgate::config
