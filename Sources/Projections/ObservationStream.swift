public import CreditModel
public import EventLog

/// `observations/<body>/<year>`: the stream of what is reported of a body in a year.
public enum ObservationStream {
    /// Body and year of the stream; nil for any other stream.
    public static func parse(_ stream: StreamID) -> (body: BodyID, year: Int)? {
        let parts = stream.text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "observations", let body = BodyID(String(parts[1])), parts[2].count == 4,
            let year = Int(parts[2]), CalendarDay.years.contains(year)
        else { return nil }
        return (body, year)
    }
}
