#include "stats/changepoint_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "stats/summary.hpp"

namespace perfgate::stats {
namespace {

/// Sums of squares of values up to here keep their digits.
constexpr double farthest = 1e5;

/// The best cost so far, as a function of the level m of the segment that is still open, is made of
/// such pieces: (square * m + linear) * m + constant, from the end of the piece before to `end`.
struct Piece {
  double end;
  double square, linear, constant;
  std::size_t start;  ///< where the open segment begins
  double at_end;      ///< the cost at `end`
  double least;       ///< the least cost within

  double at(double m) const { return (square * m + linear) * m + constant; }
  double slope(double m) const { return 2 * square * m + linear; }
  double bottom() const { return -linear / (2 * square); }
};

/// The least cost so far.
struct Best {
  double cost = std::numeric_limits<double>::infinity();
  std::size_t start = 0;  ///< of the last segment
};

/// What value costs at m: min((value - m)^2, limit^2), for m from where the one before ends to
/// `end`.
struct Loss {
  double end, square, linear, constant;
};

/// Writes the pieces of a step: those that are kept of the step before, in ascending order, with
/// what the value of this step costs added. It holds no more than what fits into registers.
class Sums {
 public:
  Sums(Piece* room, double low, const Loss* losses) : next_(room), begin_(low), loss_(losses) {}

  const Piece* written_to() const { return next_; }
  const Best& best() const { return best_; }

  /// The next one, kept up to `end`.
  void add(const Piece& piece, double end) {
    if (end <= begin_) return;
    for (; loss_->end < end; ++loss_) put(piece, loss_->end);
    put(piece, end);
  }

 private:
  void put(const Piece& piece, double end) {
    if (end <= begin_) return;
    const Piece sum{.end = end,
                    .square = piece.square + loss_->square,
                    .linear = piece.linear + loss_->linear,
                    .constant = piece.constant + loss_->constant,
                    .start = piece.start,
                    .at_end = 0,
                    .least = 0};
    const double at_end = sum.at(end);
    double least = at_end;
    if (sum.slope(begin_) >= 0)
      least = sum.at(begin_);
    else if (sum.slope(end) > 0)
      least = sum.at(sum.bottom());
    if (least < best_.cost || (least == best_.cost && sum.start < best_.start))
      best_ = {.cost = least, .start = sum.start};
    *next_ = sum;
    next_->at_end = at_end;
    next_->least = least;
    ++next_;
    begin_ = end;
  }

  Piece* next_;
  double begin_;      // of the sum to come
  const Loss* loss_;  // of the sum to come
  Best best_;
};

/// Adds value after value to the cost, and lets a new segment begin before each: all in one pass
/// over the pieces, from those of the step before to those of this one.
class OpenSegment {
 public:
  OpenSegment(double low, double high, double limit, double penalty)
      : low_(low), limit_(limit), penalty_(penalty), before_(1), pieces_(1) {
    pieces_[0] = {
        .end = high, .square = 0, .linear = 0, .constant = 0, .start = 0, .at_end = 0, .least = 0};
  }

  /// Takes in value number `index`; the least cost of all values so far.
  Best add(double value, std::size_t index) {
    before_.swap(pieces_);
    if (const std::size_t most = 3 * count_ + 2; pieces_.size() < most) pieces_.resize(2 * most);
    const Loss losses[] = {{value - limit_, 0, 0, limit_ * limit_},
                           {value + limit_, 1, -2 * value, value * value},
                           {std::numeric_limits<double>::infinity(), 0, 0, limit_ * limit_}};
    Sums sums(pieces_.data(), low_, losses);
    offer_change(best_.cost + penalty_, index, sums);
    count_ = static_cast<std::size_t>(sums.written_to() - pieces_.data());
    best_ = sums.best();
    return best_;
  }

 private:
  /// Where a segment that begins at `start` costs less than those that are open, it takes over.
  void offer_change(double offer, std::size_t start, Sums& sums) const {
    const Piece fresh{.end = 0,
                      .square = 0,
                      .linear = 0,
                      .constant = offer,
                      .start = start,
                      .at_end = offer,
                      .least = offer};
    double fresh_to = low_;  // so far it costs least, from where the last sum ends
    const auto keep = [&](const Piece& piece, double end) {
      if (end <= fresh_to) return;
      sums.add(fresh, fresh_to);
      sums.add(piece, end);
    };
    double at_begin = before_[0].at(low_);
    for (const Piece& piece : std::span(before_).first(count_)) {
      if (at_begin <= offer && piece.at_end <= offer) {  // convex: all of it stays
        keep(piece, piece.end);
      } else if (piece.least >= offer || piece.square == 0) {
        fresh_to = piece.end;
      } else {
        const double bottom = piece.bottom();
        const double radius = std::sqrt(std::max(0.0, offer - piece.at(bottom)) / piece.square);
        fresh_to = std::max(fresh_to, std::min(bottom - radius, piece.end));
        keep(piece, std::min(bottom + radius, piece.end));
        fresh_to = piece.end;
      }
      at_begin = piece.at_end;
    }
    sums.add(fresh, fresh_to);
  }

  double low_, limit_, penalty_;
  std::vector<Piece> before_, pieces_;  // after the value before, and after this one; with room
  std::size_t count_ = 1;               // of the pieces
  Best best_;
};

/// Near enough to the middle of the values to keep their digits.
double rough_middle(std::span<const double> values) {
  const std::size_t step = values.size() / 100 + 1;
  std::vector<double> some;
  for (std::size_t i = 0; i < values.size(); i += step) some.push_back(values[i]);
  return median(std::move(some));
}

}  // namespace

LevelFit fit_levels(std::span<const double> series, double limit, double penalty) {
  if (series.size() < 2) return {};
  const double centre = rough_middle(series);
  std::vector<double> values;
  values.reserve(series.size());
  for (const double value : series)
    values.push_back(std::clamp(value - centre, -farthest, farthest));
  const auto [low, high] = std::ranges::minmax(values);
  if (low == high) return {};

  OpenSegment open(low, high, limit, penalty);
  std::vector<std::size_t> starts;
  starts.reserve(values.size());
  LevelFit fit;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Best best = open.add(values[i], i);
    starts.push_back(best.start);
    fit.cost = best.cost;
  }
  for (std::size_t start = starts.back(); start > 0; start = starts[start - 1])
    fit.changes.push_back(start);
  std::ranges::reverse(fit.changes);
  return fit;
}

}  // namespace perfgate::stats
