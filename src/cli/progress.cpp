#include "cli/progress.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <thread>

#include "base/text.hpp"
#include "base/units.hpp"
#include "sys/memory.hpp"

namespace perfgate::cli {

using namespace std::chrono_literals;

Progress::Progress(Env& env, bool quiet, std::string doing, std::size_t total, Clock clock)
    : env_(env),
      quiet_(quiet),
      doing_(std::move(doing)),
      total_(total),
      clock_(std::move(clock)),
      next_(clock_() + 1s) {}

Progress::~Progress() {
  if (on_line_) env_.err("\r\x1b[K");
}

void Progress::add(std::size_t count) {
  const std::lock_guard lock(mutex_);
  done_ += count;
  tell(fmt::format("{} of {}", done_, total_), done_, total_);
}

std::function<void(std::uint64_t, std::uint64_t)> Progress::of_bytes() {
  return [this](std::uint64_t done, std::uint64_t total) {
    const std::lock_guard lock(mutex_);
    tell(fmt::format("{} of {}", render(static_cast<double>(done), BaseUnit::byte),
                     render(static_cast<double>(total), BaseUnit::byte)),
         done, total);
  };
}

void Progress::tell(const std::string& text, std::uint64_t done, std::uint64_t total) {
  if (quiet_ || clock_() < next_) return;
  next_ = clock_() + (env_.err_is_terminal ? 100ms : 5000ms);
  std::string line = fmt::format("perfgate: {}: {}", doing_, text);
  if (total > 0) line += fmt::format(" ({} %)", done * 100 / total);
  on_line_ = env_.err_is_terminal;
  env_.err(on_line_ ? "\r" + line + "\x1b[K" : line + "\n");
}

void add_max_memory(CLI::App& app, MemoryLimit& limit) {
  app.add_option("--max-memory", limit.written,
                 "refuse what would need more, such as 2GiB (default: warn beyond half of what is "
                 "available)");
}

Result<void> check_memory(const MemoryLimit& limit, std::uint64_t needed, std::string_view doing,
                          std::string_view narrow, Env& env) {
  const auto shown = [](std::uint64_t bytes) {
    return render(static_cast<double>(bytes), BaseUnit::byte);
  };
  if (!limit.written.empty()) {
    const auto quantity = parse_quantity(limit.written);
    if (!quantity || quantity->unit->base != BaseUnit::byte || quantity->value < Decimal(0))
      return fail(Code::usage,
                  fmt::format("--max-memory {}: expected a size", safe_text(limit.written, 60)),
                  "such as 512MiB or 2GiB");
    const double allowed = quantity->unit->to_base(quantity->value.to_double());
    if (static_cast<double>(needed) <= allowed) return {};
    return fail(Code::memory,
                fmt::format("{} would need about {}, and --max-memory allows {}", doing,
                            shown(needed), limit.written),
                std::string(narrow));
  }
  const std::uint64_t available = sys::available_memory();
  if (available == 0 || needed <= available / 2) return {};
  env.err(fmt::format("perfgate: warning: {} needs about {}, and {} are available: {}\n", doing,
                      shown(needed), shown(available), narrow));
  return {};
}

unsigned workers() { return std::max(1U, std::thread::hardware_concurrency()); }

}  // namespace perfgate::cli
