import ArchiveTesting
import CanonicalJSON

/// The fault of reading `text`, or nil.
func faultReading(_ text: String) -> JSONFault? { faultReading(Array(text.utf8)) }

func faultReading(_ bytes: [UInt8]) -> JSONFault? {
    fault { () throws(JSONFault) in _ = try JSONDocument(parsing: bytes) }
}

/// The bytes as a JSON string: quotes around them, nothing escaped.
func quoted(_ bytes: [UInt8]) -> [UInt8] { [0x22] + bytes + [0x22] }

func canonical(_ text: String) throws(JSONFault) -> String {
    String(decoding: CanonicalForm.bytes(of: try root(text)), as: UTF8.self)
}
