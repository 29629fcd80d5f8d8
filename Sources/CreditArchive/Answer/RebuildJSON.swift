public import CanonicalJSON
internal import Foundation
public import Projections

extension RebuildReport {
    /// Writes the report (contract §3, `rebuild`), with the reasons of stops in the language asked for.
    ///
    /// - Parameter isDryRun: rows were compared, and are told.
    public func write(to writer: inout JSONWriter, isDryRun: Bool, inChinese: Bool) {
        let rate = seconds > 0 ? Double(events) / seconds : 0
        writer.beginObject()
        writer.member("events", events)
        writer.key("seconds")
        writer.raw(String(format: "%.6f", seconds).utf8)
        writer.key("eventsPerSecond")
        writer.raw(String(format: "%.1f", rate).utf8)
        writer.member("generation", generation)
        writer.member("digest", digest)
        writer.key("digestMatchesLive")
        if let digestMatchesLive { writer.boolean(digestMatchesLive) } else { writer.null() }
        if let factsMatchLive { writer.member("factsMatchLive", factsMatchLive) }
        writer.key("projections")
        writer.beginArray()
        for projection in projections {
            writer.beginObject()
            writer.member("name", projection.name)
            writer.member("version", projection.version)
            if let stop = projection.stop {
                writer.member("stoppedAt", stop.position)
                writer.member("reason", inChinese ? stop.chinese : stop.english)
            } else {
                writer.member("digest", projection.digest)
            }
            writer.endObject()
        }
        writer.endArray()
        if isDryRun {
            writer.member("differenceCount", differences.count)
            writer.key("differences")
            writer.beginArray()
            for row in differences.listed {
                writer.beginObject()
                writer.member("projection", row.projection)
                writer.member("kind", row.kind.rawValue)
                writer.member("key", row.key)
                writer.member("columns", row.columns)
                writer.endObject()
            }
            writer.endArray()
        }
        writer.endObject()
    }
}
