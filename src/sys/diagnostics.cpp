#include "sys/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace perfgate::sys {
namespace {

constexpr std::size_t piece = 64 * 1024;

}  // namespace

std::span<char> Diagnostics::room() {
  in_head_ = total_ < head_limit_;
  if (in_head_) {
    const auto used = static_cast<std::size_t>(total_);
    head_.resize(std::min(head_limit_, used + piece));
    return std::span(head_).subspan(used);
  }
  // A tail of nothing still needs somewhere to read into.
  const std::size_t capacity = std::max(tail_limit_, piece);
  if (ring_end_ == capacity) ring_end_ = 0;
  if (ring_.size() < capacity) ring_.resize(std::min(capacity, ring_end_ + piece));
  return std::span(ring_).subspan(ring_end_);
}

void Diagnostics::filled(std::size_t count) {
  total_ += count;
  if (in_head_) return;
  ring_end_ += count;
  ring_used_ = std::min(std::max(tail_limit_, piece), ring_used_ + count);
}

void Diagnostics::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::span<char> to = room();
    const std::size_t count = std::min(to.size(), bytes.size());
    std::copy_n(bytes.begin(), count, to.begin());
    filled(count);
    bytes.remove_prefix(count);
  }
}

std::string_view Diagnostics::head() const {
  return {head_.data(), static_cast<std::size_t>(std::min<std::uint64_t>(total_, head_limit_))};
}

std::string Diagnostics::tail() const {
  const std::size_t kept = std::min(ring_used_, tail_limit_);
  std::string text;
  text.reserve(kept);
  // Where the ring has gone round, its oldest bytes lie behind ring_end_.
  const std::size_t before = std::min(kept, ring_end_);
  const std::size_t wrapped = kept - before;
  text.append(ring_.data() + ring_.size() - wrapped, wrapped);
  text.append(ring_.data() + ring_end_ - before, before);
  return text;
}

std::uint64_t Diagnostics::dropped() const {
  return total_ - head().size() - std::min(ring_used_, tail_limit_);
}

std::string Diagnostics::text() const {
  std::string text(head());
  if (dropped() > 0) text += fmt::format("\n[{} bytes are not shown]\n", dropped());
  return text + tail();
}

std::string Diagnostics::end(std::size_t limit) const {
  std::string text = tail();
  if (text.size() < limit && dropped() == 0) {
    const std::string_view before = head();
    text.insert(0, before.substr(before.size() - std::min(limit - text.size(), before.size())));
  }
  if (text.size() > limit) text.erase(0, text.size() - limit);
  return text;
}

}  // namespace perfgate::sys
