"""Contains all the data models used in inputs/outputs"""

from .admin_session_response import AdminSessionResponse
from .alarm import Alarm
from .alarm_state import AlarmState
from .alarms_response import AlarmsResponse
from .all_job_create import AllJobCreate
from .all_job_view import AllJobView
from .all_job_view_status import AllJobViewStatus
from .all_options import AllOptions
from .all_options_marks_type_0_item import AllOptionsMarksType0Item
from .all_options_strength import AllOptionsStrength
from .all_report import AllReport
from .api_key_change import ApiKeyChange
from .api_key_create import ApiKeyCreate
from .api_key_created_response import ApiKeyCreatedResponse
from .api_key_page import ApiKeyPage
from .api_key_response import ApiKeyResponse
from .attempt_view import AttemptView
from .auxiliary_image import AuxiliaryImage
from .batch_counts import BatchCounts
from .batch_create import BatchCreate
from .batch_create_options_type_0 import BatchCreateOptionsType0
from .batch_form import BatchForm
from .batch_form_mode import BatchFormMode
from .batch_form_options import BatchFormOptions
from .batch_item_create import BatchItemCreate
from .batch_item_create_options_type_0 import BatchItemCreateOptionsType0
from .batch_item_view import BatchItemView
from .batch_item_view_status import BatchItemViewStatus
from .batch_view import BatchView
from .batch_view_status import BatchViewStatus
from .batches_view import BatchesView
from .billing_view import BillingView
from .block import Block
from .bounding_box import BoundingBox
from .c2_pa_section import C2PaSection
from .c2_pa_section_manifest_type_0 import C2PaSectionManifestType0
from .c2_pa_section_manifests_type_0_item import C2PaSectionManifestsType0Item
from .c2_pa_section_validity_type_0 import C2PaSectionValidityType0
from .candidates import Candidates
from .checkout_view import CheckoutView
from .clean_create import CleanCreate
from .clean_form import CleanForm
from .clean_image_cleaning import CleanImageCleaning
from .clean_image_cleaning_format_type_1 import CleanImageCleaningFormatType1
from .clean_image_cleaning_format_type_2 import CleanImageCleaningFormatType2
from .clean_image_cleaning_keep_item import CleanImageCleaningKeepItem
from .clean_image_cleaning_marks_item import CleanImageCleaningMarksItem
from .clean_image_cleaning_method import CleanImageCleaningMethod
from .clean_image_cleaning_mode import CleanImageCleaningMode
from .clean_image_cleaning_model_type_0 import CleanImageCleaningModelType0
from .clean_image_cleaning_on_conflict import CleanImageCleaningOnConflict
from .clean_image_cleaning_plan import CleanImageCleaningPlan
from .clean_image_cleaning_scope import CleanImageCleaningScope
from .clean_image_cleaning_shape import CleanImageCleaningShape
from .clean_image_cleaning_strength_type_1 import CleanImageCleaningStrengthType1
from .clean_image_cleaning_targets_item import CleanImageCleaningTargetsItem
from .clean_picture_cleaning import CleanPictureCleaning
from .clean_picture_cleaning_format_type_0 import CleanPictureCleaningFormatType0
from .clean_picture_cleaning_format_type_1 import CleanPictureCleaningFormatType1
from .clean_picture_cleaning_keep_item import CleanPictureCleaningKeepItem
from .clean_picture_cleaning_marks_item import CleanPictureCleaningMarksItem
from .clean_picture_cleaning_method import CleanPictureCleaningMethod
from .clean_picture_cleaning_mode import CleanPictureCleaningMode
from .clean_picture_cleaning_model_type_0 import CleanPictureCleaningModelType0
from .clean_picture_cleaning_on_conflict import CleanPictureCleaningOnConflict
from .clean_picture_cleaning_plan import CleanPictureCleaningPlan
from .clean_picture_cleaning_scope import CleanPictureCleaningScope
from .clean_picture_cleaning_shape import CleanPictureCleaningShape
from .clean_picture_cleaning_strength_type_1 import CleanPictureCleaningStrengthType1
from .clean_picture_cleaning_targets_item import CleanPictureCleaningTargetsItem
from .codec import Codec
from .complaint_create import ComplaintCreate
from .complaint_view import ComplaintView
from .config_view import ConfigView
from .consent import Consent
from .corners import Corners
from .corrected import Corrected
from .credits_view import CreditsView
from .dead_letter_view import DeadLetterView
from .dead_letter_view_job_status_type_0 import DeadLetterViewJobStatusType0
from .dead_letter_view_queue import DeadLetterViewQueue
from .dead_letters_response import DeadLettersResponse
from .decoded import Decoded
from .deliveries_view import DeliveriesView
from .delivery_view import DeliveryView
from .delivery_view_state import DeliveryViewState
from .detect_faces_body import DetectFacesBody
from .detect_faces_model import DetectFacesModel
from .detect_faces_plan import DetectFacesPlan
from .detect_job_create import DetectJobCreate
from .detect_job_view import DetectJobView
from .detect_job_view_status import DetectJobViewStatus
from .detect_options import DetectOptions
from .detect_report import DetectReport
from .detect_response import DetectResponse
from .detected_face import DetectedFace
from .detection import Detection
from .detector_pass import DetectorPass
from .entries_view import EntriesView
from .entry_view import EntryView
from .entry_view_pool import EntryViewPool
from .entry_view_reason import EntryViewReason
from .event import Event
from .evidence import Evidence
from .exif_section import ExifSection
from .face import Face
from .face_box import FaceBox
from .face_detect_create import FaceDetectCreate
from .face_detect_created import FaceDetectCreated
from .face_detect_created_status import FaceDetectCreatedStatus
from .face_detection import FaceDetection
from .face_detection_status import FaceDetectionStatus
from .face_landmarks import FaceLandmarks
from .face_point import FacePoint
from .face_report import FaceReport
from .face_swap_create import FaceSwapCreate
from .faces_job_create import FacesJobCreate
from .faces_job_view import FacesJobView
from .faces_job_view_status import FacesJobViewStatus
from .faces_options import FacesOptions
from .faces_options_model import FacesOptionsModel
from .faces_options_plan import FacesOptionsPlan
from .faces_options_targets_type_0_item import FacesOptionsTargetsType0Item
from .faces_report import FacesReport
from .field_problem import FieldProblem
from .finding_item import FindingItem
from .finding_item_category import FindingItemCategory
from .guest_view import GuestView
from .health_view import HealthView
from .health_view_status import HealthViewStatus
from .health_view_stores import HealthViewStores
from .hook_create import HookCreate
from .hook_view import HookView
from .hooks_view import HooksView
from .icc_section import IccSection
from .image_facts import ImageFacts
from .invisible_external import InvisibleExternal
from .invisible_job_create import InvisibleJobCreate
from .invisible_job_view import InvisibleJobView
from .invisible_job_view_status import InvisibleJobViewStatus
from .invisible_mark import InvisibleMark
from .invisible_mark_channels_type_0 import InvisibleMarkChannelsType0
from .invisible_mark_samples_type_0 import InvisibleMarkSamplesType0
from .invisible_options import InvisibleOptions
from .invisible_options_strength import InvisibleOptionsStrength
from .invisible_report import InvisibleReport
from .invisible_section import InvisibleSection
from .invisible_section_status import InvisibleSectionStatus
from .job_detail_response import JobDetailResponse
from .job_detail_response_job_type import JobDetailResponseJobType
from .job_detail_response_status import JobDetailResponseStatus
from .job_form import JobForm
from .job_form_mode import JobFormMode
from .job_form_options import JobFormOptions
from .job_form_sources import JobFormSources
from .job_form_sources_additional_property import JobFormSourcesAdditionalProperty
from .job_page import JobPage
from .job_response import JobResponse
from .job_response_job_type import JobResponseJobType
from .job_response_status import JobResponseStatus
from .jobs_view import JobsView
from .kept_face import KeptFace
from .key_change import KeyChange
from .key_create import KeyCreate
from .key_view import KeyView
from .keys_view import KeysView
from .kind import Kind
from .landmarks import Landmarks
from .link_request import LinkRequest
from .link_view import LinkView
from .list_face_jobs_job_type import ListFaceJobsJobType
from .list_face_jobs_method import ListFaceJobsMethod
from .logged_task_view import LoggedTaskView
from .logged_task_view_status import LoggedTaskViewStatus
from .login import Login
from .lookalike import Lookalike
from .manifest_outcome import ManifestOutcome
from .manifest_reason import ManifestReason
from .mark import Mark
from .marks_report import MarksReport
from .mask_faces_body import MaskFacesBody
from .mask_faces_format import MaskFacesFormat
from .mask_faces_method import MaskFacesMethod
from .mask_faces_model import MaskFacesModel
from .mask_faces_plan import MaskFacesPlan
from .mask_job_create import MaskJobCreate
from .mask_job_view import MaskJobView
from .mask_job_view_status import MaskJobViewStatus
from .mask_options import MaskOptions
from .mask_options_codec import MaskOptionsCodec
from .mask_options_format_type_0 import MaskOptionsFormatType0
from .mask_options_method import MaskOptionsMethod
from .mask_options_model import MaskOptionsModel
from .mask_options_plan import MaskOptionsPlan
from .mask_options_shape import MaskOptionsShape
from .mask_options_targets_type_0_item import MaskOptionsTargetsType0Item
from .mask_report import MaskReport
from .mask_report_hidden import MaskReportHidden
from .mask_report_methods import MaskReportMethods
from .mask_response import MaskResponse
from .masked_region import MaskedRegion
from .masking import Masking
from .me_view import MeView
from .me_view_subscription_tier import MeViewSubscriptionTier
from .metadata_job_create import MetadataJobCreate
from .metadata_job_view import MetadataJobView
from .metadata_job_view_status import MetadataJobViewStatus
from .metadata_options import MetadataOptions
from .metadata_options_keep_item import MetadataOptionsKeepItem
from .metadata_options_on_conflict import MetadataOptionsOnConflict
from .metadata_options_scope import MetadataOptionsScope
from .metadata_report import MetadataReport
from .metadata_report_orientation_type_0 import MetadataReportOrientationType0
from .metadata_section import MetadataSection
from .metadata_section_exif_ai_tags_type_0 import MetadataSectionExifAiTagsType0
from .metadata_section_png_text_chunks_type_0 import MetadataSectionPngTextChunksType0
from .movie_section import MovieSection
from .moving import Moving
from .new_key_view import NewKeyView
from .new_task_answer import NewTaskAnswer
from .new_task_view import NewTaskView
from .new_task_view_status import NewTaskViewStatus
from .notice import Notice
from .numbered_face import NumberedFace
from .output import Output
from .output_format import OutputFormat
from .own_label import OwnLabel
from .pack_view import PackView
from .packs_view import PacksView
from .pagination_view import PaginationView
from .plan import Plan
from .point import Point
from .presence import Presence
from .prices_view import PricesView
from .problem import Problem
from .problem_code import ProblemCode
from .processing import Processing
from .profiling import Profiling
from .public_swap import PublicSwap
from .public_swap_metadata_type_0 import PublicSwapMetadataType0
from .public_swap_status import PublicSwapStatus
from .queue_view import QueueView
from .queue_view_name import QueueViewName
from .queues_response import QueuesResponse
from .quota_view import QuotaView
from .rate_limit_view import RateLimitView
from .receipt_key import ReceiptKey
from .receipt_keys_view import ReceiptKeysView
from .received_view import ReceivedView
from .redrive_response import RedriveResponse
from .relative import Relative
from .resynthesis_report import ResynthesisReport
from .resynthesis_report_method import ResynthesisReportMethod
from .scheme_search import SchemeSearch
from .scheme_search_status import SchemeSearchStatus
from .secret_view import SecretView
from .sign_in_view import SignInView
from .size import Size
from .source_image import SourceImage
from .spot import Spot
from .stats_response import StatsResponse
from .stats_response_jobs_by_method import StatsResponseJobsByMethod
from .stats_response_jobs_by_type import StatsResponseJobsByType
from .stored_image_detail_response import StoredImageDetailResponse
from .stored_image_page import StoredImagePage
from .stored_image_response import StoredImageResponse
from .summary import Summary
from .swap_create import SwapCreate
from .swap_create_metadata_type_0 import SwapCreateMetadataType0
from .swap_estimate import SwapEstimate
from .swap_job_create import SwapJobCreate
from .swap_job_create_sources_type_0 import SwapJobCreateSourcesType0
from .swap_job_view import SwapJobView
from .swap_job_view_status import SwapJobViewStatus
from .swap_options import SwapOptions
from .swap_options_codec import SwapOptionsCodec
from .swap_options_consent_type_0 import SwapOptionsConsentType0
from .swap_options_face_swaps_type_0_item import SwapOptionsFaceSwapsType0Item
from .swap_options_format_type_0 import SwapOptionsFormatType0
from .swap_page import SwapPage
from .swap_price import SwapPrice
from .swap_problem import SwapProblem
from .swap_problem_code import SwapProblemCode
from .swap_report import SwapReport
from .swapped_face import SwappedFace
from .synthid_section import SynthidSection
from .target import Target
from .task_answer import TaskAnswer
from .task_create import TaskCreate
from .task_list_answer import TaskListAnswer
from .task_list_view import TaskListView
from .task_problem import TaskProblem
from .task_request_view import TaskRequestView
from .task_view import TaskView
from .task_view_status import TaskViewStatus
from .tasks_view import TasksView
from .timeline_point import TimelinePoint
from .timeline_response import TimelineResponse
from .top_up_request import TopUpRequest
from .track import Track
from .try_mask_body import TryMaskBody
from .try_mask_format import TryMaskFormat
from .try_mask_method import TryMaskMethod
from .try_mask_model import TryMaskModel
from .try_mask_plan import TryMaskPlan
from .unfinished_job import UnfinishedJob
from .unfinished_job_status import UnfinishedJobStatus
from .unfinished_jobs import UnfinishedJobs
from .upload_create import UploadCreate
from .upload_create_content_type import UploadCreateContentType
from .upload_view import UploadView
from .upload_view_headers import UploadViewHeaders
from .visible_job_create import VisibleJobCreate
from .visible_job_view import VisibleJobView
from .visible_job_view_status import VisibleJobViewStatus
from .visible_options import VisibleOptions
from .visible_options_format_type_0 import VisibleOptionsFormatType0
from .visible_options_marks_type_0_item import VisibleOptionsMarksType0Item
from .visible_report import VisibleReport
from .visible_section import VisibleSection
from .visible_section_status import VisibleSectionStatus
from .warned import Warned
from .xmp_section import XmpSection

__all__ = (
    "AdminSessionResponse",
    "Alarm",
    "AlarmsResponse",
    "AlarmState",
    "AllJobCreate",
    "AllJobView",
    "AllJobViewStatus",
    "AllOptions",
    "AllOptionsMarksType0Item",
    "AllOptionsStrength",
    "AllReport",
    "ApiKeyChange",
    "ApiKeyCreate",
    "ApiKeyCreatedResponse",
    "ApiKeyPage",
    "ApiKeyResponse",
    "AttemptView",
    "AuxiliaryImage",
    "BatchCounts",
    "BatchCreate",
    "BatchCreateOptionsType0",
    "BatchesView",
    "BatchForm",
    "BatchFormMode",
    "BatchFormOptions",
    "BatchItemCreate",
    "BatchItemCreateOptionsType0",
    "BatchItemView",
    "BatchItemViewStatus",
    "BatchView",
    "BatchViewStatus",
    "BillingView",
    "Block",
    "BoundingBox",
    "C2PaSection",
    "C2PaSectionManifestsType0Item",
    "C2PaSectionManifestType0",
    "C2PaSectionValidityType0",
    "Candidates",
    "CheckoutView",
    "CleanCreate",
    "CleanForm",
    "CleanImageCleaning",
    "CleanImageCleaningFormatType1",
    "CleanImageCleaningFormatType2",
    "CleanImageCleaningKeepItem",
    "CleanImageCleaningMarksItem",
    "CleanImageCleaningMethod",
    "CleanImageCleaningMode",
    "CleanImageCleaningModelType0",
    "CleanImageCleaningOnConflict",
    "CleanImageCleaningPlan",
    "CleanImageCleaningScope",
    "CleanImageCleaningShape",
    "CleanImageCleaningStrengthType1",
    "CleanImageCleaningTargetsItem",
    "CleanPictureCleaning",
    "CleanPictureCleaningFormatType0",
    "CleanPictureCleaningFormatType1",
    "CleanPictureCleaningKeepItem",
    "CleanPictureCleaningMarksItem",
    "CleanPictureCleaningMethod",
    "CleanPictureCleaningMode",
    "CleanPictureCleaningModelType0",
    "CleanPictureCleaningOnConflict",
    "CleanPictureCleaningPlan",
    "CleanPictureCleaningScope",
    "CleanPictureCleaningShape",
    "CleanPictureCleaningStrengthType1",
    "CleanPictureCleaningTargetsItem",
    "Codec",
    "ComplaintCreate",
    "ComplaintView",
    "ConfigView",
    "Consent",
    "Corners",
    "Corrected",
    "CreditsView",
    "DeadLettersResponse",
    "DeadLetterView",
    "DeadLetterViewJobStatusType0",
    "DeadLetterViewQueue",
    "Decoded",
    "DeliveriesView",
    "DeliveryView",
    "DeliveryViewState",
    "DetectedFace",
    "DetectFacesBody",
    "DetectFacesModel",
    "DetectFacesPlan",
    "Detection",
    "DetectJobCreate",
    "DetectJobView",
    "DetectJobViewStatus",
    "DetectOptions",
    "DetectorPass",
    "DetectReport",
    "DetectResponse",
    "EntriesView",
    "EntryView",
    "EntryViewPool",
    "EntryViewReason",
    "Event",
    "Evidence",
    "ExifSection",
    "Face",
    "FaceBox",
    "FaceDetectCreate",
    "FaceDetectCreated",
    "FaceDetectCreatedStatus",
    "FaceDetection",
    "FaceDetectionStatus",
    "FaceLandmarks",
    "FacePoint",
    "FaceReport",
    "FacesJobCreate",
    "FacesJobView",
    "FacesJobViewStatus",
    "FacesOptions",
    "FacesOptionsModel",
    "FacesOptionsPlan",
    "FacesOptionsTargetsType0Item",
    "FacesReport",
    "FaceSwapCreate",
    "FieldProblem",
    "FindingItem",
    "FindingItemCategory",
    "GuestView",
    "HealthView",
    "HealthViewStatus",
    "HealthViewStores",
    "HookCreate",
    "HooksView",
    "HookView",
    "IccSection",
    "ImageFacts",
    "InvisibleExternal",
    "InvisibleJobCreate",
    "InvisibleJobView",
    "InvisibleJobViewStatus",
    "InvisibleMark",
    "InvisibleMarkChannelsType0",
    "InvisibleMarkSamplesType0",
    "InvisibleOptions",
    "InvisibleOptionsStrength",
    "InvisibleReport",
    "InvisibleSection",
    "InvisibleSectionStatus",
    "JobDetailResponse",
    "JobDetailResponseJobType",
    "JobDetailResponseStatus",
    "JobForm",
    "JobFormMode",
    "JobFormOptions",
    "JobFormSources",
    "JobFormSourcesAdditionalProperty",
    "JobPage",
    "JobResponse",
    "JobResponseJobType",
    "JobResponseStatus",
    "JobsView",
    "KeptFace",
    "KeyChange",
    "KeyCreate",
    "KeysView",
    "KeyView",
    "Kind",
    "Landmarks",
    "LinkRequest",
    "LinkView",
    "ListFaceJobsJobType",
    "ListFaceJobsMethod",
    "LoggedTaskView",
    "LoggedTaskViewStatus",
    "Login",
    "Lookalike",
    "ManifestOutcome",
    "ManifestReason",
    "Mark",
    "MarksReport",
    "MaskedRegion",
    "MaskFacesBody",
    "MaskFacesFormat",
    "MaskFacesMethod",
    "MaskFacesModel",
    "MaskFacesPlan",
    "Masking",
    "MaskJobCreate",
    "MaskJobView",
    "MaskJobViewStatus",
    "MaskOptions",
    "MaskOptionsCodec",
    "MaskOptionsFormatType0",
    "MaskOptionsMethod",
    "MaskOptionsModel",
    "MaskOptionsPlan",
    "MaskOptionsShape",
    "MaskOptionsTargetsType0Item",
    "MaskReport",
    "MaskReportHidden",
    "MaskReportMethods",
    "MaskResponse",
    "MetadataJobCreate",
    "MetadataJobView",
    "MetadataJobViewStatus",
    "MetadataOptions",
    "MetadataOptionsKeepItem",
    "MetadataOptionsOnConflict",
    "MetadataOptionsScope",
    "MetadataReport",
    "MetadataReportOrientationType0",
    "MetadataSection",
    "MetadataSectionExifAiTagsType0",
    "MetadataSectionPngTextChunksType0",
    "MeView",
    "MeViewSubscriptionTier",
    "MovieSection",
    "Moving",
    "NewKeyView",
    "NewTaskAnswer",
    "NewTaskView",
    "NewTaskViewStatus",
    "Notice",
    "NumberedFace",
    "Output",
    "OutputFormat",
    "OwnLabel",
    "PacksView",
    "PackView",
    "PaginationView",
    "Plan",
    "Point",
    "Presence",
    "PricesView",
    "Problem",
    "ProblemCode",
    "Processing",
    "Profiling",
    "PublicSwap",
    "PublicSwapMetadataType0",
    "PublicSwapStatus",
    "QueuesResponse",
    "QueueView",
    "QueueViewName",
    "QuotaView",
    "RateLimitView",
    "ReceiptKey",
    "ReceiptKeysView",
    "ReceivedView",
    "RedriveResponse",
    "Relative",
    "ResynthesisReport",
    "ResynthesisReportMethod",
    "SchemeSearch",
    "SchemeSearchStatus",
    "SecretView",
    "SignInView",
    "Size",
    "SourceImage",
    "Spot",
    "StatsResponse",
    "StatsResponseJobsByMethod",
    "StatsResponseJobsByType",
    "StoredImageDetailResponse",
    "StoredImagePage",
    "StoredImageResponse",
    "Summary",
    "SwapCreate",
    "SwapCreateMetadataType0",
    "SwapEstimate",
    "SwapJobCreate",
    "SwapJobCreateSourcesType0",
    "SwapJobView",
    "SwapJobViewStatus",
    "SwapOptions",
    "SwapOptionsCodec",
    "SwapOptionsConsentType0",
    "SwapOptionsFaceSwapsType0Item",
    "SwapOptionsFormatType0",
    "SwapPage",
    "SwappedFace",
    "SwapPrice",
    "SwapProblem",
    "SwapProblemCode",
    "SwapReport",
    "SynthidSection",
    "Target",
    "TaskAnswer",
    "TaskCreate",
    "TaskListAnswer",
    "TaskListView",
    "TaskProblem",
    "TaskRequestView",
    "TasksView",
    "TaskView",
    "TaskViewStatus",
    "TimelinePoint",
    "TimelineResponse",
    "TopUpRequest",
    "Track",
    "TryMaskBody",
    "TryMaskFormat",
    "TryMaskMethod",
    "TryMaskModel",
    "TryMaskPlan",
    "UnfinishedJob",
    "UnfinishedJobs",
    "UnfinishedJobStatus",
    "UploadCreate",
    "UploadCreateContentType",
    "UploadView",
    "UploadViewHeaders",
    "VisibleJobCreate",
    "VisibleJobView",
    "VisibleJobViewStatus",
    "VisibleOptions",
    "VisibleOptionsFormatType0",
    "VisibleOptionsMarksType0Item",
    "VisibleReport",
    "VisibleSection",
    "VisibleSectionStatus",
    "Warned",
    "XmpSection",
)
