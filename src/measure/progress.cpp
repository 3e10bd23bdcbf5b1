#include "measure/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace perfgate::measure {
namespace {

using namespace std::chrono_literals;

constexpr auto redraw_after = 100ms;
constexpr int bar_width = 20;

std::string fit(std::string text, int width) {
  while (display_width(text) > static_cast<std::size_t>(std::max(width, 0))) {
    text.pop_back();
    while (!text.empty() && !is_utf8(text)) text.pop_back();
  }
  return text;
}

}  // namespace

std::string clock_text(std::chrono::nanoseconds time) {
  const auto seconds = std::chrono::round<std::chrono::seconds>(time).count();
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

Progress::Progress(Screen screen, Verbosity verbosity, std::function<Clock::time_point()> now)
    : screen_(std::move(screen)), verbosity_(verbosity), now_(std::move(now)), start_(now_()) {
  drawn_ = start_ - 1h;
}

Progress::~Progress() { clear(); }

void Progress::expect(int launches) { launches_ = launches; }

void Progress::begin(std::string_view what) {
  current_ = safe_text(what, 100);
  begun_ = now_();
  if (screen_.terminal)
    tick();
  else
    detail(fmt::format("[{}/{}] {} begins", done_ + 1, launches_, current_));
}

void Progress::end(std::string_view outcome) {
  const auto took = now_() - begun_;
  spent_ += took;
  ++done_;
  const std::string text = fmt::format("[{}/{}] {} {} {:.2f} s", done_, launches_, current_,
                                       outcome, std::chrono::duration<double>(took).count());
  current_.clear();
  begun_ = now_();
  if (!screen_.terminal && launches_told_)
    say(text + (done_ < launches_ ? ", " + left() : ""));
  else if (verbosity_ >= Verbosity::verbose)
    line(text);
  if (done_ >= launches_)
    clear();
  else
    tick();
}

void Progress::launches_are_details() { launches_told_ = false; }

void Progress::forget(int launches) { launches_ -= launches; }

// The launches that are over tell how long the others take: suites take turns, so that their mix is
// the same after every round.
std::string Progress::left() const {
  if (done_ == 0) return {};
  const auto expected = spent_ / done_ * (launches_ - done_);
  const auto into = current_.empty() ? Clock::duration::zero() : now_() - begun_;
  return fmt::format("about {} left",
                     clock_text(std::max(expected - into, Clock::duration::zero())));
}

void Progress::tick() {
  if (!screen_.terminal || verbosity_ == Verbosity::quiet || launches_ == 0) return;
  if (now_() - drawn_ >= redraw_after) draw();
}

void Progress::draw() {
  const int filled = std::clamp(launches_ > 0 ? bar_width * done_ / launches_ : 0, 0, bar_width);
  const std::string rest = left();
  std::string text =
      fmt::format("[{}{}] {}/{}  {}{}  {}", std::string(static_cast<std::size_t>(filled), '#'),
                  std::string(static_cast<std::size_t>(bar_width - filled), '.'), done_, launches_,
                  clock_text(now_() - start_), rest.empty() ? "" : ", " + rest, current_);
  screen_.write("\r" + fit(std::move(text), screen_.width - 1) + "\x1b[K");
  drawn_ = now_();
  on_screen_ = true;
}

void Progress::clear() {
  if (std::exchange(on_screen_, false)) screen_.write("\r\x1b[K");
}

void Progress::line(std::string_view text) {
  const bool redraw = on_screen_;
  clear();
  screen_.write(fmt::format("{}\n", text));
  if (redraw) draw();
}

void Progress::say(std::string_view text) {
  if (verbosity_ > Verbosity::quiet) line(text);
}
void Progress::detail(std::string_view text) {
  if (verbosity_ >= Verbosity::verbose) line(text);
}
void Progress::alarm(std::string_view lines) { line(lines); }

Progress::Step::Step(Progress& progress, std::string what)
    : progress_(progress), what_(std::move(what)), begin_(progress.now_()) {}

Progress::Step::~Step() {
  if (progress_.verbosity_ < Verbosity::trace) return;
  const std::chrono::duration<double, std::milli> took = progress_.now_() - begin_;
  progress_.line(fmt::format("trace: {}: {:.3f} ms", what_, took.count()));
}

}  // namespace perfgate::measure
