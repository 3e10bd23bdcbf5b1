#pragma once
// What people see on stderr while perfgate measures.

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace perfgate::measure {

enum class Verbosity { quiet, normal, verbose, trace };

/// Where progress is shown. Nothing depends on colour: none is used.
struct Screen {
  std::function<void(std::string_view)> write;
  bool terminal = false;  ///< a bar is drawn and redrawn; otherwise plain lines
  int width = 80;
};

class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  Progress(
      Screen screen, Verbosity verbosity,
      std::function<Clock::time_point()> now = [] { return Clock::now(); });
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void expect(int launches);                    ///< how many there will be
  void begin(std::string_view what);            ///< one begins: "decode, launch 2 of 10"
  void end(std::string_view outcome = "took");  ///< it is over, well or not
  void forget(int launches);                    ///< that will not be after all
  void launches_are_details();                  ///< where there is no bar: told where verbose
  void tick();                                  ///< redraws the bar, at most ten times a second

  void say(std::string_view line);     ///< unless quiet
  void detail(std::string_view line);  ///< where verbose
  void alarm(std::string_view lines);  ///< always

  /// A step whose time `trace` tells, on destruction.
  class Step {
   public:
    Step(Progress& progress, std::string what);
    ~Step();
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    Progress& progress_;
    std::string what_;
    Clock::time_point begin_;
  };
  Step step(std::string what) { return Step(*this, std::move(what)); }

 private:
  void line(std::string_view text);
  void draw();
  void clear();
  std::string left() const;

  Screen screen_;
  Verbosity verbosity_;
  std::function<Clock::time_point()> now_;
  Clock::time_point start_, drawn_, begun_;
  Clock::duration spent_{};  // in launches that are over
  int launches_ = 0, done_ = 0;
  std::string current_;
  bool on_screen_ = false, launches_told_ = true;
};

/// "7 s", "1:05", "2:03:09".
std::string clock_text(std::chrono::nanoseconds time);

}  // namespace perfgate::measure
