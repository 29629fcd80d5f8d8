internal import CanonicalJSON
internal import EventLog
internal import Foundation
internal import Logging

/// One JSON object a line on stderr; no line is ever cut by another.
struct JSONLogHandler: LogHandler {
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var writer = JSONWriter(reserving: 512)
        writer.beginObject()
        writer.member("time", RecordedTime.text(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)))
        writer.member("level", event.level.rawValue)
        writer.member("message", "\(event.message)")
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) where !key.hasPrefix("hb.") {
            writer.key(key)
            writer.string("\(value)")
        }
        writer.endObject()
        let line = writer.bytes + [0x0A]
        line.withUnsafeBytes { _ = Foundation.write(2, $0.baseAddress, $0.count) }
    }
}
