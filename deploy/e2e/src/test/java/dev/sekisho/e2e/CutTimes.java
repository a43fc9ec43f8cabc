package dev.sekisho.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// How long it took, a hundred times, until an open stream was cut.
final class CutTimes {
    private static final int CUTS = 100;

    private CutTimes() {}

    /// Takes the times and prints them.
    ///
    /// @param since what they count from
    /// @param cut cuts one stream, and gives the time of it
    static void print(String since, Callable<Duration> cut) throws Exception {
        var times = new ArrayList<Duration>();
        for (var i = 0; i < CUTS; i++) {
            times.add(cut.call());
        }
        var sorted = times.stream().sorted().toList();
        System.out.println("From " + since + " to the cut of a stream from another cluster: median "
                + millis(sorted, CUTS / 2) + ", 99 of 100 within " + millis(sorted, CUTS - 2) + ", longest "
                + millis(sorted, CUTS - 1));
    }

    private static String millis(List<Duration> sorted, int place) {
        return sorted.get(place).toMillis() + " ms";
    }
}
